import type { WriteStream } from 'node:tty';

/** What is written to: a terminal, a file or a pipe. */
export type OutputStream = Pick<WriteStream, 'write'> & {
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
};

/** What is read from: a terminal, a file or a pipe. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Where a terminal does not tell. */
const DEFAULT_COLUMNS = 80;

const CLEAR_LINE = '\r\x1b[2K';
const COLOURS = { red: '31', green: '32', yellow: '33' } as const;

/** One stream of output. Colours and passing lines are for terminals alone; NO_COLOR turns colours off. */
export class Terminal {
  readonly #stream: OutputStream;
  /** Whether a person looks on. */
  readonly isTerminal: boolean;
  readonly #isColoured: boolean;
  #hasPassingLine = false;

  constructor(stream: OutputStream, environment: NodeJS.ProcessEnv) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true && environment.TERM !== 'dumb';
    // https://no-color.org
    this.#isColoured = this.isTerminal && !environment.NO_COLOR;
  }

  /** A line that stays. */
  line(text: string): void {
    this.clear();
    this.#stream.write(`${text}\n`);
  }

  /** A line that the next one takes the place of. Nowhere else than on a terminal. */
  passing(text: string): void {
    if (!this.isTerminal) return;
    // What the terminal would wrap could not be cleared.
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    this.#stream.write(`${CLEAR_LINE}${text.slice(0, columns - 1)}`);
    this.#hasPassingLine = true;
  }

  /** What a person answers behind. */
  prompt(text: string): void {
    this.clear();
    this.#stream.write(text);
  }

  clear(): void {
    if (this.#hasPassingLine) this.#stream.write(CLEAR_LINE);
    this.#hasPassingLine = false;
  }

  colour(name: keyof typeof COLOURS, text: string): string {
    return this.#isColoured ? `\x1b[${COLOURS[name]}m${text}\x1b[0m` : text;
  }
}
