import { ProviderError } from '../errors.ts';

export const REQUEST_TYPES = ['Create', 'Update', 'Delete'] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/** Property values as CloudFormation sends them: every scalar has become a string. */
export type RawProperties = Readonly<Record<string, unknown>>;

interface RequestBase {
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  readonly resourceType: string;
  readonly properties: RawProperties;
}

export interface CreateRequest extends RequestBase {
  readonly requestType: 'Create';
}
export interface UpdateRequest extends RequestBase {
  readonly requestType: 'Update';
  readonly physicalResourceId: string;
  readonly oldProperties: RawProperties;
}
export interface DeleteRequest extends RequestBase {
  readonly requestType: 'Delete';
  readonly physicalResourceId: string;
}
/**
 * A custom-resource request, read from the event.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export type CustomResourceRequest = CreateRequest | UpdateRequest | DeleteRequest;

/** Whom an answer goes to: what must be echoed, as far as the event has it. */
export interface AnswerAddress {
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  readonly requestType?: RequestType;
  readonly physicalResourceId?: string;
}

/**
 * Reads the address from any event, however broken the rest of it is, so that it can be answered;
 * undefined where there is no ResponseURL and so nobody to answer.
 */
export function findAnswerAddress(event: unknown): AnswerAddress | undefined {
  if (!isRecord(event) || typeof event.ResponseURL !== 'string' || event.ResponseURL === '') return undefined;
  const requestType = REQUEST_TYPES.find((type) => type === event.RequestType);
  const physicalResourceId = textOf(event.PhysicalResourceId);
  return {
    responseUrl: event.ResponseURL,
    stackId: textOf(event.StackId),
    requestId: textOf(event.RequestId),
    logicalResourceId: textOf(event.LogicalResourceId),
    ...(requestType && { requestType }),
    ...(physicalResourceId && { physicalResourceId }),
  };
}

/**
 * Reads a request.
 * @throws ProviderError `InvalidRequest` naming every field that is missing or malformed.
 */
export function parseRequest(event: unknown): CustomResourceRequest {
  if (!isRecord(event)) throw new ProviderError('InvalidRequest', 'The event is no custom-resource request');
  const mistakes: string[] = [];
  const text = (name: string): string => {
    const value = event[name];
    if (typeof value !== 'string' || value === '') mistakes.push(`${name} is ${described(value)}`);
    return textOf(value);
  };
  const record = (name: string): RawProperties => {
    const value = event[name];
    if (isRecord(value)) return value;
    mistakes.push(`${name} is ${described(value)}`);
    return {};
  };
  const requestType = REQUEST_TYPES.find((type) => type === event.RequestType);
  if (!requestType) mistakes.push(`RequestType is none of ${REQUEST_TYPES.join(', ')}`);
  const base = {
    responseUrl: text('ResponseURL'),
    stackId: text('StackId'),
    requestId: text('RequestId'),
    logicalResourceId: text('LogicalResourceId'),
    resourceType: text('ResourceType'),
    // A Delete is never refused for its properties.
    properties:
      requestType === 'Delete' ? recordOrEmpty(event.ResourceProperties) : record('ResourceProperties'),
  };
  const physicalResourceId = requestType === 'Create' ? '' : text('PhysicalResourceId');
  const oldProperties = requestType === 'Update' ? record('OldResourceProperties') : {};
  if (requestType === undefined || mistakes.length > 0) {
    throw new ProviderError(
      'InvalidRequest',
      `The event is no custom-resource request as CloudFormation sends it: ${mistakes.join('; ')}`,
    );
  }
  switch (requestType) {
    case 'Create':
      return { ...base, requestType };
    case 'Update':
      return { ...base, requestType, physicalResourceId, oldProperties };
    case 'Delete':
      return { ...base, requestType, physicalResourceId };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordOrEmpty(value: unknown): RawProperties {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The kind of a value that should have been something else; its text may be a secret, so it is not shown. */
function described(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'empty';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
