import { type ErrorCode, ProviderError } from '../errors.ts';
import { redact } from '../redaction.ts';
import type { AnswerAddress } from './event.ts';
import { idOfFailure, idOfSuccess } from './physical-resource-id.ts';

/**
 * CloudFormation takes no longer body, in bytes: of a longer one the stack only says that it is too long.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export const MAX_RESPONSE_BYTES = 4096;

/** Attributes of a resource, for Fn::GetAtt. */
export type Attributes = Readonly<Record<string, string>>;

/** What a resource has to say when all went well. */
export interface Answer {
  readonly physicalResourceId: string;
  readonly attributes: Attributes;
}

/** Where a reader of a Reason finds the rest. */
export interface LogPointer {
  readonly logGroupName: string;
  readonly requestId: string;
}

/** A finished body, and what a log may say of it. */
export interface Response {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly body: string;
  readonly code?: ErrorCode;
  readonly reason?: string;
}

/**
 * The answer of success. One that CloudFormation would not take (a bad id, attributes that don't fit) becomes
 * an answer of failure that says so.
 */
export function succeeded(address: AnswerAddress, answer: Answer, log: LogPointer): Response {
  try {
    const body = JSON.stringify({
      Status: 'SUCCESS',
      PhysicalResourceId: idOfSuccess(address, answer.physicalResourceId),
      ...echoOf(address),
      ...(address.requestType !== 'Delete' && { Data: answer.attributes }),
    });
    const bytes = Buffer.byteLength(body);
    if (bytes <= MAX_RESPONSE_BYTES) return { status: 'SUCCESS', body };
    throw new ProviderError(
      'ServiceLimitExceeded',
      `The answer with its attributes has ${bytes} bytes; CloudFormation takes ${MAX_RESPONSE_BYTES}`,
    );
  } catch (error) {
    return failed(address, error, log);
  }
}

/** The answer of failure: code, what was wrong, and where to look. It always fits. */
export function failed(address: AnswerAddress, error: unknown, log: LogPointer): Response {
  const { code, message } = describeFailure(error);
  const pointer = pointerTo(log);
  const sentence = `${code}: ${redact(message)}`;
  const bodyWith = (reason: string): string =>
    JSON.stringify({
      Status: 'FAILED',
      Reason: reason,
      PhysicalResourceId: shortenedToJsonBytes(idOfFailure(address), MAX_ECHOED_ID_BYTES),
      ...echoOf(address),
    });
  const roomForReason = MAX_RESPONSE_BYTES - Buffer.byteLength(bodyWith(''));
  const reason = shortenedToJsonBytes(sentence, roomForReason - jsonBytes(pointer)) + pointer;
  return { status: 'FAILED', body: bodyWith(reason), code, reason };
}

/**
 * What a failure tells its reader. An error that is not ours has a message made for somebody else: it is in
 * the log, and here only its name is given.
 */
export function describeFailure(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof ProviderError) return { code: error.code, message: error.message };
  const name = error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : 'unknown error';
  return { code: 'InternalFailure', message: `The service failed with an unexpected ${name}` };
}

function pointerTo({ logGroupName, requestId }: LogPointer): string {
  // Only Lambda tells where the log is, not every emulator of it.
  const place = logGroupName === '' ? '' : `log group ${logGroupName}, `;
  const pointer = ` (${place}request ${requestId})`;
  return shortenedToJsonBytes(pointer, MAX_POINTER_BYTES);
}

/** Bounds on what is echoed or pointed to, so that a Reason has room whatever an event holds. Real ids are far below. */
const MAX_ECHOED_BYTES = 512;
const MAX_ECHOED_ID_BYTES = 1280;
const MAX_POINTER_BYTES = 640;

function echoOf({ stackId, requestId, logicalResourceId }: AnswerAddress) {
  return {
    StackId: shortenedToJsonBytes(stackId, MAX_ECHOED_BYTES),
    RequestId: shortenedToJsonBytes(requestId, MAX_ECHOED_BYTES),
    LogicalResourceId: shortenedToJsonBytes(logicalResourceId, MAX_ECHOED_BYTES),
  };
}

const ELLIPSIS = '…';

/** The text itself if it fits into so many bytes within a JSON string, else its beginning and an ellipsis. */
function shortenedToJsonBytes(text: string, maxBytes: number): string {
  if (text.length <= maxBytes && jsonBytes(text) <= maxBytes) return text;
  let kept = '';
  let bytes = jsonBytes(ELLIPSIS);
  for (const character of text) {
    bytes += jsonBytes(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}

/** Bytes of a text inside the quotes of a JSON string: multibyte characters and escapes count. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
