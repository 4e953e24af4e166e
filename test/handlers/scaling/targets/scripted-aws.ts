import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import {
  createScalingClients,
  type ScalingClients,
} from '../../../../handlers/scaling/targets/scaling-clients.ts';
import { AwsError } from '../../../support/aws-wire/aws-error.ts';
import type { XmlValue } from '../../../support/aws-wire/xml.ts';
import { writeAnswer, writeError } from '../../../support/documentdb-api/documentdb-api.ts';
import { readBody, startLoopbackServer } from '../../../support/registry/loopback-server.ts';

/** A call as it arrived: `ModifyDBInstance` with the parameters of the form, or `UpdateService` with those of the JSON. */
export interface ScriptedCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a call is answered: a result, an error of the service, or what is no answer at all. */
export type ScriptedAnswer =
  | { readonly result: Record<string, unknown> }
  | { readonly error: AwsError }
  /** The connection is cut before, or within, the answer. */
  | 'reset'
  | 'cut'
  /** It never comes. */
  | { readonly never: true; readonly reached: () => void }
  /** A load balancer's page. */
  | { readonly page: string; readonly status: number };

/**
 * DocumentDB, ECS and Application Auto Scaling as a script: exact in the wire's format, and without any state. What a
 * service does is for the simulator; this is for what it says.
 */
export interface ScriptedAws {
  readonly clients: ScalingClients;
  /** In the order of arrival. */
  readonly calls: readonly ScriptedCall[];
  /** The answers of an action, in turn; the last one stays. Default: an empty result. */
  script(action: string, ...answers: readonly ScriptedAnswer[]): void;
}

const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
};
const MAX_REQUEST_BYTES = 64 * 1024;

export async function startScriptedAws(context: TestContext): Promise<ScriptedAws> {
  const calls: ScriptedCall[] = [];
  const scripts = new Map<string, ScriptedAnswer[]>();
  const server = await startLoopbackServer(async (request, response) => {
    const { bytes } = await readBody(request, MAX_REQUEST_BYTES);
    const call = readCall(request, bytes.toString());
    calls.push(call);
    const answers = scripts.get(call.action) ?? [];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { result: {} };
    write(response, call.action, answer, request.headers['x-amz-target'] !== undefined);
  });
  const options = { ...LOCAL, endpoint: server.origin };
  const clients = createScalingClients({ documentDb: options, ecs: options, autoScaling: options });
  context.after(async () => {
    clients[Symbol.dispose]();
    await server.close();
  });
  return { clients, calls, script: (action, ...answers) => scripts.set(action, [...answers]) };
}

function readCall(request: IncomingMessage, body: string): ScriptedCall {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { action: target.slice(target.indexOf('.') + 1), input: JSON.parse(body) };
  }
  const { Action = '', Version: _, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { action: Action, input };
}

function write(response: ServerResponse, action: string, answer: ScriptedAnswer, isJson: boolean): void {
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  if (answer === 'cut') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write(isJson ? '{"serv' : `<${action}Response><${action}Res`, () => response.destroy());
    return;
  }
  if ('never' in answer) {
    answer.reached();
    return;
  }
  if ('page' in answer) {
    response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.page);
    return;
  }
  if ('error' in answer) {
    const { code, message, status } = answer.error;
    const text = isJson ? JSON.stringify({ __type: code, message }) : writeError(answer.error, 'request');
    response.writeHead(status, { 'content-type': contentType(isJson) }).end(text);
    return;
  }
  const { result } = answer;
  const text = isJson
    ? JSON.stringify(result)
    : writeAnswer(action, result as Record<string, XmlValue>, 'request');
  response.writeHead(200, { 'content-type': contentType(isJson) }).end(text);
}

function contentType(isJson: boolean): string {
  return isJson ? 'application/x-amz-json-1.1' : 'text/xml';
}

export function failing(code: string, status = 400, message = `${code} it is`): ScriptedAnswer {
  return { error: new AwsError(code, message, status) };
}
