import { type CommonOptions, contextOf } from '../context.js';
import { databaseFindings } from '../doctor/database-findings.js';
import { type Finding, machineFindings } from '../doctor/machine-findings.js';
import { onFleet, print, printJson, table } from '../output.js';
import { sayTargets } from '../targets.js';

/** Looks at everything that usually is wrong; each finding comes with the command that mends it. */
export async function doctor(options: CommonOptions): Promise<number> {
  const findings: Finding[] = machineFindings();
  try {
    const context = await contextOf(options);
    sayTargets(context);
    for (const database of context.databases) {
      findings.push(...(await databaseFindings(database, context.environment)));
    }
  } catch (error) {
    const { code = 'INTERNAL', exitCode = 1, message } = error as Error & Partial<Finding>;
    findings.push({ subject: 'target', code, exitCode, ok: false, detail: message, mend: null });
  }
  const exitCode = findings.find(({ ok }) => !ok)?.exitCode ?? 0;
  if (options.json === true) {
    printJson({ command: 'doctor', exitCode, findings });
    return exitCode;
  }
  const rows = findings.map(({ ok, subject, code, detail }) => [
    ok ? 'ok' : 'WRONG',
    subject,
    code,
    detail.split('\n')[0] ?? '',
  ]);
  print(table(['', 'WHAT', 'CHECK', 'FOUND'], rows));
  const mends = findings.flatMap(({ ok, subject, mend }) =>
    ok || mend === null ? [] : [onFleet(`${subject}: ${mend}`)],
  );
  for (const mend of new Set(mends)) print(mend);
  return exitCode;
}
