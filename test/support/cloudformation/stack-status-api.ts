import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, readBody, startLoopbackServer } from '../registry/loopback-server.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const API_VERSION = '2010-05-15';
/** No look at a status comes near it. */
const MAX_REQUEST_BYTES = 64 * 1024;

export interface StackStatusApiOptions {
  /** The stack's status; undefined where there is no such stack. */
  readonly statusOf: (stackId: string) => string | undefined;
  /** Default `us-east-1`. */
  readonly region?: string;
}

/** What DescribeStacks is answered instead: an error of CloudFormation's, or no answer at all. */
export type StackStatusFault = 'AccessDenied' | 'Throttling' | 'InternalFailure' | 'silence' | 'no stack';

/** CloudFormation's DescribeStacks for one stack, for `new CloudFormationClient({ endpoint: api.origin, … })`. */
export interface StackStatusApi extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The stacks that were asked about, in order. */
  readonly asked: readonly string[];
  /** A sentence for each thing that no client of AWS should do. */
  readonly violations: readonly string[];
  /** From now on, until `mend`, every call is answered so. */
  fail(fault: StackStatusFault): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * Speaks the Query protocol, and refuses every action and field but those of a look at one stack.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function startStackStatusApi(options: StackStatusApiOptions): Promise<StackStatusApi> {
  const { statusOf, region = 'us-east-1' } = options;
  const asked: string[] = [];
  const violations: string[] = [];
  let fault: StackStatusFault | undefined;

  const server: LoopbackServer = await startLoopbackServer(async (request, response) => {
    const { bytes, complete } = await readBody(request, MAX_REQUEST_BYTES);
    if (!complete) return;
    const form = new URLSearchParams(bytes.toString('utf8'));
    const mistake = mistakeIn(request, form, region);
    if (mistake !== undefined) {
      violations.push(mistake);
      return refuse(response, 400, 'ValidationError', mistake);
    }
    const stackId = form.get('StackName') ?? '';
    asked.push(stackId);
    switch (fault) {
      case 'silence':
        return;
      case 'AccessDenied':
        return refuse(
          response,
          403,
          fault,
          'User is not authorized to perform: cloudformation:DescribeStacks',
        );
      case 'Throttling':
        return refuse(response, 400, fault, 'Rate exceeded');
      case 'InternalFailure':
        return refuse(response, 500, fault, 'An internal error has occurred');
    }
    const status = fault === 'no stack' ? undefined : statusOf(stackId);
    if (status === undefined) {
      return refuse(response, 400, 'ValidationError', `Stack with id ${stackId} does not exist`);
    }
    return answer(response, 200, describeStacksResponse(stackId, status));
  });
  return {
    origin: server.origin,
    asked,
    violations,
    fail: (next) => {
      fault = next;
    },
    mend: () => {
      fault = undefined;
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

const FORM: readonly string[] = ['Action', 'StackName', 'Version'];

function mistakeIn(
  { method, url, headers }: IncomingMessage,
  form: URLSearchParams,
  region: string,
): string | undefined {
  const { authorization = '' } = headers;
  if (method !== 'POST' || url !== '/') return `${method} ${url} is no call of the Query protocol`;
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
    return `The content-type is ${headers['content-type']}`;
  }
  if (!authorization.includes(`/${region}/cloudformation/aws4_request`)) {
    return `The request is not signed for CloudFormation in ${region}`;
  }
  if (form.get('Action') !== 'DescribeStacks' || form.get('Version') !== API_VERSION) {
    return `The action is ${form.get('Action')} of ${form.get('Version')}`;
  }
  if ([...form.keys()].sort().join() !== FORM.join()) return `The fields are ${[...form.keys()].join()}`;
  const isStackId = /^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:\d{12}:stack\/[\w-]+\/[\w-]+$/;
  if (!isStackId.test(form.get('StackName') ?? '')) return 'The stack is not named by its id';
  return undefined;
}

function describeStacksResponse(stackId: string, status: string): string {
  const name = stackId.split('/')[1];
  return `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks><member><StackId>${stackId}</StackId><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00.000Z</CreationTime><StackStatus>${status}</StackStatus></member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>5b2c1f3e-0000-4000-8000-000000000001</RequestId></ResponseMetadata></DescribeStacksResponse>`;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const type = status < 500 ? 'Sender' : 'Receiver';
  answer(
    response,
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>5b2c1f3e-0000-4000-8000-000000000002</RequestId></ErrorResponse>`,
  );
}

function answer(response: ServerResponse, status: number, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': bytes.length });
  response.end(bytes);
}
