import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { readBody, startLoopbackServer } from '../support/registry/loopback-server.ts';

/** A call of CloudFormation, with its fields by their names: `Parameters.member.1.ParameterKey`. */
export interface QueryCall {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type QueryAnswer =
  /** What stands in `<Action>Result`. */
  | { readonly xml: string }
  | { readonly code: string; readonly message: string; readonly status?: number }
  /** The connection is cut before the answer. */
  | 'reset';

/** CloudFormation as a script: without any state, for what it says, not for what it does. */
export interface ScriptedQueryApi {
  readonly configuration: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly calls: readonly QueryCall[];
  /** The answers of an action, in turn; the last one stays. An action without any is refused. */
  script(action: string, ...answers: readonly QueryAnswer[]): void;
}

const MAX_REQUEST_BYTES = 1024 * 1024;
const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

export async function startScriptedQueryApi(context: TestContext): Promise<ScriptedQueryApi> {
  const calls: QueryCall[] = [];
  const scripts = new Map<string, QueryAnswer[]>();
  const server = await startLoopbackServer(async (request: IncomingMessage, response: ServerResponse) => {
    const { bytes } = await readBody(request, MAX_REQUEST_BYTES);
    const { Action = '', Version, ...fields } = Object.fromEntries(new URLSearchParams(bytes.toString()));
    calls.push({ action: Action, fields });
    const answers = scripts.get(Action) ?? [];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {
      code: 'InvalidAction',
      message: `${Action} of ${Version} is not expected`,
    };
    write(response, Action, answer);
  });
  context.after(() => server.close());
  return {
    configuration: {
      endpoint: server.origin,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
      maxAttempts: 2,
    },
    calls,
    script: (action, ...answers) => void scripts.set(action, [...answers]),
  };
}

function write(response: ServerResponse, action: string, answer: QueryAnswer): void {
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  response.setHeader('content-type', 'text/xml');
  if ('xml' in answer) {
    response.end(
      `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${answer.xml}</${action}Result></${action}Response>`,
    );
    return;
  }
  const { code, message, status = 400 } = answer;
  response.statusCode = status;
  response.end(
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}
