import type { FleetEvent } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { waitOf, workOf } from './live-words.js';

/** What a terminal offers. */
export interface Screen {
  write(text: string): unknown;
  columns: number;
  rows: number;
}

/** What is going on in one database. */
interface Work {
  what: string;
  since: number;
  /** Why it does not go on; null while it does. */
  waiting: string | null;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const MOST_LINES = 12;
// A terminal that does not know its size says 0.
const [USUAL_COLUMNS, USUAL_ROWS] = [80, 24];
const [UP_AND_CLEAR, CLEAR_LINE] = ['\u001b[1A\u001b[2K', '\r\u001b[2K'];
const MS_PER_SECOND = 1_000;

/**
 * A few moving lines at the end of a terminal: what every database is at work on, for how long, and whom it
 * waits for. What has ended stays above them, as the plain lines that a log would show.
 */
export class LiveProgress {
  private readonly works = new Map<string, Work>();
  private readonly checked = new Set<string>();
  private done = 0;
  private failed = 0;
  private begun = false;
  private drawn = 0;
  private tick = 0;

  constructor(
    private readonly screen: Screen,
    private readonly total: number,
    private readonly now: () => number,
    private readonly started = now(),
  ) {}

  /** Takes note of an event; the next `draw` shows it. */
  note(event: FleetEvent): void {
    const { database, type } = event;
    const [work, wait] = [workOf(event), waitOf(event)];
    if (type === 'checking') this.checked.add(database);
    else if (work !== null)
      this.works.set(database, { what: work, since: this.now(), waiting: null });
    else if (wait !== null) this.wait(database, wait);
    else this.works.delete(database);
    if (type === 'database-done') this.done += 1;
    if (type === 'migration-failed') this.failed += 1;
    this.begun ||= work !== null || this.done + this.failed > 0;
  }

  /** A line that stays. */
  say(text: string): void {
    this.clear();
    this.screen.write(`${text}\n`);
    this.draw();
  }

  draw(): void {
    this.clear();
    this.tick += 1;
    const lines = [...this.lines(), this.summary()];
    for (const line of lines) this.screen.write(`${line}\n`);
    this.drawn = lines.length;
  }

  clear(): void {
    this.screen.write(CLEAR_LINE + UP_AND_CLEAR.repeat(this.drawn));
    this.drawn = 0;
  }

  private wait(database: string, waiting: string): void {
    const { what = 'waiting', since = this.now() } = this.works.get(database) ?? {};
    this.works.set(database, { what, since, waiting });
  }

  private lines(): string[] {
    const room = Math.max(1, Math.min(MOST_LINES, (this.screen.rows || USUAL_ROWS) - 2));
    const spinner = FRAMES[this.tick % FRAMES.length] ?? '';
    return [...this.works].slice(0, room).map(([database, { what, since, waiting }]) => {
      const text = `${database}  ${what}  ${seconds(this.now() - since)}`;
      const line = this.cut(`${spinner} ${text}${waiting === null ? '' : `  ${waiting}`}`);
      return waiting === null ? line : pc.yellow(line);
    });
  }

  private summary(): string {
    const ended = this.done + this.failed;
    const phase = this.begun ? `${ended}` : `checked ${this.checked.size}`;
    const failed = this.failed === 0 ? '' : `, ${this.failed} failed`;
    const elapsed = seconds(this.now() - this.started);
    return pc.dim(this.cut(`  ${phase}/${this.total} databases${failed}  ${elapsed}`));
  }

  /** A line that wraps could not be taken back. */
  private cut(line: string): string {
    return [...line].slice(0, (this.screen.columns || USUAL_COLUMNS) - 1).join('');
  }
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(1)} s`;
}
