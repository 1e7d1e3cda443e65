import { writeSync } from 'node:fs';

/** sysexits(3), as the operations guide lists them. */
export const EXIT = { ok: 0, unavailable: 69, bug: 70, rights: 77, configuration: 78 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The last line of a process that gives up: one JSON object on stderr, written before it ends. */
export function writeFatal(service: string, event: string, facts: Record<string, unknown>): void {
  const line = { level: 'fatal', time: new Date().toISOString(), event, service, ...facts };
  writeSync(2, `${JSON.stringify(line)}\n`);
}
