import { createInterface } from 'node:readline/promises';
import { CliError } from './cli-error.ts';
import type { InputStream, Terminal } from './terminal.ts';

/** Asks a person before something is changed. */
export interface Confirmation {
  /** @throws CliError `NotConfirmed` where the answer is no, or where nobody can answer. */
  confirm(asked: Question, signal: AbortSignal): Promise<void>;
}

export interface Question {
  /** What is agreed to, without its mark: `Deploy these changes`. */
  readonly question: string;
  /** What can be done where nobody can answer, beside `--yes`. Default: nothing. */
  readonly otherwise?: string;
}

/** `--yes`: it was agreed to on the command line. */
export const AGREED: Confirmation = { confirm: async () => {} };

/** Asks on the terminal. What is no yes is a no. */
export class TerminalConfirmation implements Confirmation {
  readonly #terminal: Terminal;
  readonly #stdin: InputStream | undefined;

  /** @param stdin Undefined: nobody answers. */
  constructor(terminal: Terminal, stdin: InputStream | undefined) {
    this.#terminal = terminal;
    this.#stdin = stdin;
  }

  async confirm({ question, otherwise }: Question, signal: AbortSignal): Promise<void> {
    if (this.#stdin?.isTTY !== true || !this.#terminal.isTerminal) {
      throw new CliError(
        'NotConfirmed',
        `"${question}?" can't be asked without a terminal; ${['--yes agrees to it', otherwise].filter(Boolean).join(', ')}`,
      );
    }
    this.#terminal.prompt(`${question}? [y/N] `);
    const lines = createInterface({ input: this.#stdin, terminal: false });
    try {
      const answer = await nextLine(lines, signal);
      if (/^\s*y(es)?\s*$/i.test(answer)) return;
    } finally {
      lines.close();
    }
    throw new CliError('NotConfirmed', 'Not confirmed: the answer was not yes');
  }
}

/** Empty at the end of the input. */
function nextLine(lines: ReturnType<typeof createInterface>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    lines.once('line', (line) => {
      signal.removeEventListener('abort', abort);
      resolve(line);
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', abort);
      resolve('');
    });
  });
}
