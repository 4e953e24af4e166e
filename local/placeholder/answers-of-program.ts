import { RuntimeApi } from '../runtime/runtime-api.ts';
import { RunningProgram } from './running-program.ts';

const ANSWER_LIMIT_MS = 5_000;

/** What a function URL sends, as far as it tells that an HTTP response is wanted. */
const HTTP_EVENT = { version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' } } };

export interface ProgramAnswer {
  readonly statusCode: number;
  /** One sentence. */
  readonly message: string;
}

/** How the placeholder answers in both of the places that it is put. Undefined: not at all. */
export interface ProgramAnswers {
  /** Under the Runtime API, to a request at a function URL. */
  readonly lambda: ProgramAnswer | undefined;
  /** As a web server. */
  readonly http: ProgramAnswer | undefined;
}

/** Starts the program as Lambda would, and as ECS would. @param variables What its message is about. */
export async function answersOf(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<ProgramAnswers> {
  return { lambda: await askAsLambda(path, variables), http: await askOverHttp(path, variables) };
}

async function askAsLambda(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<ProgramAnswer | undefined> {
  const api = await RuntimeApi.start();
  try {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    api.subscribe({
      onIdle: () => {},
      onResponse: (_, payload) => resolve(payload),
      onError: () => resolve(undefined),
      onInitError: () => resolve(undefined),
    });
    api.offer({
      requestId: crypto.randomUUID(),
      deadlineMs: Date.now() + ANSWER_LIMIT_MS,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:placeholder',
      traceId: '',
      payload: JSON.stringify(HTTP_EVENT),
    });
    await using program = new RunningProgram(path, { ...variables, AWS_LAMBDA_RUNTIME_API: api.address });
    void program.ended.then(() => resolve(undefined));
    const timer = setTimeout(() => resolve(undefined), ANSWER_LIMIT_MS);
    const payload = await promise.finally(() => clearTimeout(timer));
    if (payload === undefined) return undefined;
    const { statusCode, body } = JSON.parse(payload) as { statusCode: number; body: string };
    return { statusCode, message: (JSON.parse(body) as { message: string }).message };
  } finally {
    await api.stop();
  }
}

async function askOverHttp(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<ProgramAnswer | undefined> {
  await using program = new RunningProgram(path, { ...variables, PORT: '0' });
  const port = (await program.line(/listening on port (\d+)/, ANSWER_LIMIT_MS))?.[1];
  if (port === undefined) return undefined;
  const response = await fetch(`http://127.0.0.1:${port}/health`, {
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  return { statusCode: response.status, message: (await response.text()).trim() };
}
