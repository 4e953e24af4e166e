import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const LIMIT_MS = 20_000;

/** A client that sends what it likes, byte by byte. */
export class HttpConnection {
  readonly #socket: Socket;
  #received = '';
  #isEnded = false;
  /** Called at whatever happens. */
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    socket.on('drain', () => this.#wake());
    const end = (): void => {
      this.#isEnded = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    // A reset is an end as well; tests look at what came before it.
    socket.on('error', end);
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  get isOpen(): boolean {
    return !this.#isEnded;
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Sends with respect for the other side's pace. */
  async sendAll(bytes: Buffer): Promise<void> {
    this.#socket.write(bytes);
    await this.#until(() => !this.#socket.writableNeedDrain);
  }

  /** Waits until so many answers have come whole. */
  async answers(count: number): Promise<readonly string[]> {
    await this.#until(() => wholeAnswers(this.#received).length >= count);
    const answers = wholeAnswers(this.#received);
    if (answers.length < count) throw new Error(`${answers.length} of ${count} answers: ${this.#received}`);
    return answers;
  }

  /** Waits until the other side has ended the connection. */
  async ended(): Promise<string> {
    await this.#until(() => false);
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Waits until it is so, or the other side has ended the connection. */
  async #until(isSo: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error('the server says nothing more')), LIMIT_MS);
    this.#wake = () => {
      if (this.#isEnded || isSo()) resolve();
    };
    this.#wake();
    await promise.finally(() => clearTimeout(timer));
  }
}

/** Asks once, and reads to the end of the connection. */
export async function ask(port: number, bytes: string | Buffer): Promise<string> {
  const connection = await HttpConnection.open(port);
  connection.send(bytes);
  try {
    return await connection.ended();
  } finally {
    connection.close();
  }
}

/** Answers with a Content-Length, or none where they are interim. */
function wholeAnswers(text: string): string[] {
  const answers: string[] = [];
  for (let rest = text; ; ) {
    const head = /^HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n/.exec(rest);
    if (head === null) return answers;
    const length = head[1] === '100' ? 0 : Number(/^content-length: (\d+)/im.exec(head[0])?.[1]);
    const end = head[0].length + length;
    if (rest.length < end) return answers;
    answers.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
}
