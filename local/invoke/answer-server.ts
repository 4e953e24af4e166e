import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A custom resource's answer, as far as it is shown. */
export interface ReceivedAnswer {
  readonly Status?: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly Data?: unknown;
}

/** Where one request's answer is taken, in the place of CloudFormation's bucket. */
export interface AnswerServer {
  readonly origin: URL;
  readonly responseUrl: string;
  /** Each PUT's body, as JSON, or as text where it is none. More than one is a mistake of the function. */
  readonly answers: readonly (ReceivedAnswer | string)[];
  /** Whether the function called an AWS service here, since it knows of no account. */
  readonly hasMissedAccount: () => boolean;
  readonly stop: () => Promise<void>;
}

/** CloudFormation takes no more. */
const MAX_ANSWER_BYTES = 4096;
const URL_VALID_SECONDS = 7200;

/** @param key What the URL is for: stack, logical id and request id. */
export async function startAnswerServer(key: string): Promise<AnswerServer> {
  const answers: (ReceivedAnswer | string)[] = [];
  let hasMissedAccount = false;
  const path = `/${encodeURIComponent(key)}`;
  const server = createServer((request, response) => {
    const isAnswer = request.method === 'PUT' && request.url?.startsWith(`${path}?`) === true;
    hasMissedAccount ||= !isAnswer;
    void (isAnswer ? take(request, response, answers) : refuse(request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  // The time in it is what ServiceTimeout counts from.
  const signedAt = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return {
    origin,
    responseUrl: `${origin.origin}${path}?X-Amz-Date=${signedAt}&X-Amz-Expires=${URL_VALID_SECONDS}`,
    answers,
    hasMissedAccount: () => hasMissedAccount,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  answers: (ReceivedAnswer | string)[],
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined || body.length > MAX_ANSWER_BYTES) {
    if (body !== undefined)
      answers.push(`an answer of more than ${MAX_ANSWER_BYTES} bytes, which CloudFormation refuses`);
    response.writeHead(200).end();
    return;
  }
  answers.push(parse(body.toString('utf8')));
  response.writeHead(200).end();
}

/** A call of the AWS SDK that found no account. An answer of this kind is not tried again. */
async function refuse(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await readBody(request);
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(
    JSON.stringify({
      __type: 'NoAccountException',
      message: 'There is no account to call',
    }),
  );
}

/** @returns undefined where it broke off; what is over the limit is cut off one byte behind it. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
      size += chunk.length;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES + 1);
}

function parse(text: string): ReceivedAnswer | string {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : text;
  } catch {
    return text;
  }
}
