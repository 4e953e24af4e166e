import type { WriteStream } from 'node:tty';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\x1b[2K';

/** Where the progress is written: a terminal, a file or a pipe. */
export type ProgressStream = Pick<WriteStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** What most terminals have. */
const DEFAULT_COLUMNS = 80;

/**
 * The list of what is done, one line a step with the time it took; steps may go on at the same time. On a terminal
 * what is under way turns; elsewhere a step is a plain line at its end.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #isTerminal: boolean;
  readonly #isColoured: boolean;
  /** The titles of the steps under way. */
  readonly #underWay: string[] = [];
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ProgressStream, environment: NodeJS.ProcessEnv = process.env) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY === true && environment.TERM !== 'dumb';
    this.#isColoured = this.#isTerminal && !environment.NO_COLOR;
  }

  /**
   * Shows a step while it works, and its end.
   * @param title What is done; the step's result may say more, in brackets behind it.
   */
  async step<T>(title: string, work: () => Promise<T>, detail: (result: T) => string = () => ''): Promise<T> {
    const started = performance.now();
    this.#begin(title);
    try {
      const result = await work();
      this.#end(title, '✓', '32', [title, detail(result)].filter((part) => part !== '').join(': '), started);
      return result;
    } catch (error) {
      this.#end(title, '✗', '31', title, started);
      throw error;
    }
  }

  /** A line of its own, before the end of the step that it belongs to. */
  note(line: string): void {
    this.#write(`    ${line}\n`);
  }

  #begin(title: string): void {
    this.#underWay.push(title);
    if (!this.#isTerminal) return;
    this.#timer ??= setInterval(() => {
      this.#frame = (this.#frame + 1) % FRAMES.length;
      this.#draw();
    }, FRAME_MS);
    this.#draw();
  }

  #end(title: string, mark: string, colour: string, text: string, started: number): void {
    this.#underWay.splice(this.#underWay.indexOf(title), 1);
    if (this.#underWay.length === 0) {
      clearInterval(this.#timer);
      if (this.#timer !== undefined) this.#stream.write(CLEAR_LINE);
      this.#timer = undefined;
    }
    this.#write(`${this.#colour(colour, mark)} ${text} (${duration(performance.now() - started)})\n`);
  }

  /** Lines that stay, above what turns. */
  #write(lines: string): void {
    this.#stream.write(`${this.#timer === undefined ? '' : CLEAR_LINE}${lines}`);
    this.#draw();
  }

  #draw(): void {
    const [first = '', ...others] = this.#underWay;
    if (this.#timer === undefined) return;
    const frame = FRAMES[this.#frame] ?? '';
    const more = others.length === 0 ? ' …' : ` … and ${others.length} more`;
    // A line that wraps could not be cleared.
    const room = (this.#stream.columns ?? DEFAULT_COLUMNS) - frame.length - 1 - more.length - 1;
    this.#stream.write(
      `${CLEAR_LINE}${this.#colour('36', frame)} ${first.slice(0, Math.max(0, room))}${more}`,
    );
  }

  #colour(code: string, text: string): string {
    return this.#isColoured ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

/** A duration as people read it: `42 ms`, `1.8 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
