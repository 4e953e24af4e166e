import { ProviderError } from '../errors.ts';

/**
 * What Lambda sends to a function's on-failure destination when an asynchronous invocation came to nothing.
 * Only what is needed is read: the payload is the whole custom-resource event, the trace may hold anything.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export interface OnFailureRecord {
  /** The event that was never answered. */
  readonly event: unknown;
  /** The function that should have answered. */
  readonly functionName: string;
  readonly requestId: string;
  readonly condition: string;
  /** Lambda's name for the failure, e.g. `Runtime.ExitError`; empty where the function was never run. */
  readonly errorType: string;
  /** Lambda's own words where the runtime was ended from outside; empty for an error of the function's code. */
  readonly runtimeMessage: string;
}

/** Longer parts of a record are shortened, in characters. */
const MAX_PART_CHARACTERS = 200;

/** @throws ProviderError `InvalidRequest` for anything else than such a record. */
export function parseOnFailureRecord(record: unknown): OnFailureRecord {
  const requestContext = member(record, 'requestContext');
  const functionArn = textMember(requestContext, 'functionArn');
  const functionName = FUNCTION_ARN.exec(functionArn)?.[1];
  if (functionName === undefined) {
    throw new ProviderError('InvalidRequest', "The event is no record of Lambda's on-failure destination");
  }
  const responsePayload = member(record, 'responsePayload');
  const errorMessage = textMember(responsePayload, 'errorMessage');
  return {
    event: member(record, 'requestPayload'),
    functionName,
    requestId: textMember(requestContext, 'requestId'),
    condition: textMember(requestContext, 'condition'),
    errorType: textMember(responsePayload, 'errorType'),
    runtimeMessage: RUNTIME_MESSAGE.exec(errorMessage)?.[0] ?? '',
  };
}

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:([\w-]+)(?::[\w$-]+)?$/;

/** The messages that Lambda itself writes. An error of the code could say anything, so it is not repeated. */
const RUNTIME_MESSAGE =
  /Task timed out after \d+(?:\.\d+)? seconds|Runtime exited with error: (?:exit status \d+|signal: \w+)|Runtime exited without providing a reason/;

/** Why nobody answered, for the one who reads the stack's events. */
export function describeUndelivered(record: OnFailureRecord): ProviderError {
  const { functionName, condition, errorType, runtimeMessage } = record;
  if (condition === 'EventAgeExceeded') {
    return new ProviderError(
      'Throttling',
      `${functionName} was throttled for as long as Lambda keeps an event. Raise the account's concurrent executions, or deploy fewer stacks at once`,
    );
  }
  if (/^Task timed out/.test(runtimeMessage) || errorType === 'Sandbox.Timedout') {
    return new ProviderError(
      'NotStabilized',
      `${functionName} was ended at its time limit: ${runtimeMessage || errorType}`,
    );
  }
  if (errorType === 'Runtime.OutOfMemory' || /signal: killed/.test(runtimeMessage)) {
    return new ProviderError(
      'ServiceLimitExceeded',
      `${functionName} was ended from outside, most likely for its memory: ${runtimeMessage || errorType}`,
    );
  }
  const what = [errorType || 'an unknown error', runtimeMessage].filter((part) => part !== '').join(': ');
  return new ProviderError('InternalFailure', `${functionName} ended before it could answer (${what})`);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textMember(value: unknown, name: string): string {
  const text = member(value, name);
  return typeof text === 'string' ? text.slice(0, MAX_PART_CHARACTERS) : '';
}
