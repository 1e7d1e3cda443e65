import type { FleetRunReport, Reporter } from '@fusion-prime/migrator';
import { divertTalk } from './output.js';
import { progress } from './progress.js';

/** How a run tells what it does. */
export interface Reporting {
  reporter: Reporter;
  /** Gives the terminal back. */
  end(): void;
}

const FRAME_MS = 100;
const NOTHING = (): void => undefined;

/**
 * Plain lines on stderr; on a terminal where somebody looks, a live display; with `--json-lines` also every
 * event as a line of JSON on stdout. What is not used is not loaded.
 */
export async function reportingOf(
  { jsonLines = false }: { jsonLines?: boolean | undefined },
  databases: number,
): Promise<Reporting> {
  const plain = progress();
  if (jsonLines) {
    const reporter: Reporter = (event) => {
      printLine({ ...event, at: new Date().toISOString() });
      plain(event);
    };
    return { reporter, end: NOTHING };
  }
  return isWatched() ? live(plain, databases) : { reporter: plain, end: NOTHING };
}

/** The last line of `--json-lines`. */
export function printReportLine(report: FleetRunReport): void {
  printLine({ type: 'report', ...report });
}

function printLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function isWatched(): boolean {
  const { CI, NO_COLOR, TERM } = process.env;
  const plain = [CI, NO_COLOR].some((value) => value !== undefined && value !== '');
  return process.stderr.isTTY && !plain && TERM !== 'dumb';
}

async function live(plain: Reporter, databases: number): Promise<Reporting> {
  const { LiveProgress } = await import('./live-progress.js');
  const display = new LiveProgress(process.stderr, databases, () => performance.now());
  const timer = setInterval(() => display.draw(), FRAME_MS);
  timer.unref();
  const talk = divertTalk((text) => display.say(text));
  return {
    reporter: (event) => {
      display.note(event);
      plain(event);
    },
    end: () => {
      clearInterval(timer);
      display.clear();
      divertTalk(talk);
    },
  };
}
