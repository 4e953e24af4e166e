import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What happens with one request: `bytes` are sent as they are, in pieces where there are several. */
export type Reaction = (socket: Socket) => void | Promise<void>;

const LIMIT_MS = 30_000;

/** A Runtime API that misbehaves as it is told: each request's reaction is the next of the script. */
export class ScriptedApi {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Request lines and bodies, as they came. */
  readonly requests: { readonly line: string; readonly body: string }[] = [];
  #script: Reaction[];
  #wake: () => void = () => undefined;

  private constructor(script: readonly Reaction[]) {
    this.#script = [...script];
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(script: readonly Reaction[]): Promise<ScriptedApi> {
    const api = new ScriptedApi(script);
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits for a request whose line matches, and gives its body. */
  async request(line: RegExp): Promise<string> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    for (;;) {
      const found = this.requests.find((request) => line.test(request.line));
      if (found !== undefined) return found.body;
      if (limit.aborted) throw new Error(`no ${line} in ${JSON.stringify(this.requests)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 200);
      });
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    let text = '';
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: string) => {
      text += chunk;
      for (;;) {
        const head = /^([A-Z]+ \S+) HTTP\/1\.1\r\n[\s\S]*?\r\n\r\n/.exec(text);
        if (head === null) return;
        const end = head[0].length + Number(/^content-length: (\d+)/im.exec(head[0])?.[1] ?? 0);
        if (text.length < end) return;
        this.requests.push({ line: head[1] ?? '', body: text.slice(head[0].length, end) });
        text = text.slice(end);
        this.#wake();
        // Where the script is over, the API stays silent: as Lambda does between invocations.
        void this.#script.shift()?.(socket);
      }
    });
  }
}

/** A reaction that sends these pieces, with a pause before each, and leaves the connection open. */
export function sends(pieces: readonly (string | Buffer)[], pauseMs = 0): Reaction {
  return async (socket) => {
    for (const piece of pieces) {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      socket.write(piece);
    }
  };
}

/** A reaction that sends this and then resets the connection. */
export function sendsAndResets(bytes: string): Reaction {
  return (socket) => {
    socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 50));
  };
}

/** A whole invocation as the Runtime API gives it. */
export function invocation(id: string, payload: string): string {
  return `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`;
}

export const ACCEPTED = 'HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{"status":"OK"}';
