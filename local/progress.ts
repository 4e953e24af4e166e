import type { WriteStream } from 'node:tty';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\x1b[2K';

/** Where the progress is written: a terminal, a file or a pipe. */
export type ProgressStream = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean };

/**
 * The list of what is done, one line a step with the time it took. On a terminal the step under way turns;
 * elsewhere it is a plain line at its end.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #isTerminal: boolean;
  readonly #isColoured: boolean;
  #title = '';
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
      this.#end('✓', '32', [title, detail(result)].filter((part) => part !== '').join(': '), started);
      return result;
    } catch (error) {
      this.#end('✗', '31', title, started);
      throw error;
    }
  }

  /** A line of its own, under the step that works. */
  note(line: string): void {
    if (this.#timer !== undefined) this.#stream.write(CLEAR_LINE);
    this.#stream.write(`    ${line}\n`);
    this.#draw();
  }

  #begin(title: string): void {
    this.#title = title;
    if (!this.#isTerminal) return;
    this.#timer = setInterval(() => {
      this.#frame = (this.#frame + 1) % FRAMES.length;
      this.#draw();
    }, FRAME_MS);
    this.#draw();
  }

  #draw(): void {
    if (this.#timer === undefined) return;
    this.#stream.write(`${CLEAR_LINE}${this.#colour('36', FRAMES[this.#frame] ?? '')} ${this.#title} …`);
  }

  #end(mark: string, colour: string, text: string, started: number): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.#stream.write(CLEAR_LINE);
    this.#timer = undefined;
    this.#stream.write(`${this.#colour(colour, mark)} ${text} (${duration(performance.now() - started)})\n`);
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
