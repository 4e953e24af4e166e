import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { readBody, startLoopbackServer } from '../registry/loopback-server.ts';
import type { AwsError } from './aws-error.ts';

/** A call of a service that speaks JSON, by its `x-amz-target`. */
export interface ScriptedCall {
  /** Without the service's prefix: `PutItem`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type ScriptedAnswer =
  | { readonly result: Readonly<Record<string, unknown>> }
  | { readonly error: AwsError; readonly fields?: Readonly<Record<string, unknown>> }
  /** The connection is cut before the answer. */
  | 'reset';

/** A service of AWS as a script: without any state, for what it says, not for what it does. */
export interface ScriptedApi {
  /** Of a client: where it is, with credentials. */
  readonly configuration: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** In the order of arrival. */
  readonly calls: readonly ScriptedCall[];
  /** The answers of an action, in turn; the last one stays. Default: an empty result. */
  script(action: string, ...answers: readonly Scripted[]): void;
}

type Scripted = ScriptedAnswer | ((call: ScriptedCall) => ScriptedAnswer);

const MAX_REQUEST_BYTES = 1024 * 1024;

export async function startScriptedApi(context: TestContext): Promise<ScriptedApi> {
  const calls: ScriptedCall[] = [];
  const scripts = new Map<string, Scripted[]>();
  const server = await startLoopbackServer(async (request, response) => {
    const { bytes } = await readBody(request, MAX_REQUEST_BYTES);
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const call = { action, input: JSON.parse(bytes.toString()) as ScriptedCall['input'] };
    calls.push(call);
    const answers = scripts.get(action) ?? [];
    const scripted = (answers.length > 1 ? answers.shift() : answers[0]) ?? { result: {} };
    write(response, typeof scripted === 'function' ? scripted(call) : scripted);
  });
  context.after(() => server.close());
  return {
    configuration: {
      endpoint: server.origin,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    },
    calls,
    script: (action, ...answers) => scripts.set(action, [...answers]),
  };
}

function write(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  const [status, body] =
    'error' in answer
      ? [answer.error.status, { __type: answer.error.code, message: answer.error.message, ...answer.fields }]
      : [200, answer.result];
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
