import { redact } from '../handlers/redaction.ts';
import type { CliError } from './cli-error.ts';
import { type InputStream, type OutputStream, Terminal } from './terminal.ts';

/** Where a command writes to. */
export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: NodeJS.ProcessEnv;
  /** Where a person answers. Default: there is nobody. */
  readonly stdin?: InputStream;
}

/** What commands say: results on stdout, progress, notes and errors on stderr; with `json` stdout has one JSON object. */
export class Output {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly isJson: boolean;

  constructor({ stdout, stderr, environment }: Streams, isJson: boolean) {
    this.stdout = new Terminal(stdout, environment);
    this.stderr = new Terminal(stderr, environment);
    this.isJson = isJson;
  }

  /** @param document What `--json` prints. @param lines The same for people. */
  result(document: object, lines: readonly string[]): void {
    this.stderr.clear();
    if (this.isJson) this.stdout.line(JSON.stringify(document));
    else for (const line of lines) this.stdout.line(line);
  }

  /**
   * What people have to see before the result, such as what they are asked to agree to. With `--json` it goes to
   * stderr.
   */
  preview(lines: readonly string[]): void {
    const terminal = this.isJson ? this.stderr : this.stdout;
    this.stderr.clear();
    for (const line of lines) terminal.line(line);
  }

  /** How far it is: on a terminal in the place of what was said last, elsewhere a line that stays, if it is to. */
  progress(text: string, options: { readonly stays: boolean }): void {
    if (this.stderr.isTerminal) this.stderr.passing(text);
    else if (options.stays) this.stderr.line(text);
  }

  note(text: string): void {
    this.stderr.line(`${this.stderr.colour('yellow', 'note:')} ${redact(text)}`);
  }

  /** The sentence goes to stderr also with `--json`, so that a pipeline's log has it. */
  error({ code, exitCode, message: said }: CliError): void {
    // It may hold a value that was refused, or what AWS said.
    const message = redact(said);
    this.stderr.line(`${this.stderr.colour('red', 'deploytime:')} ${message}`);
    if (this.isJson) this.stdout.line(JSON.stringify({ error: { code, message, exitCode } }));
  }
}
