/**
 * What CloudFormation and Lambda put on the wire, as AWS documents it. The sequencer has its own types, so that
 * a provider's idea of a request can't agree with a mistake of its own.
 */

export type RequestType = 'Create' | 'Update' | 'Delete';

/** A property as it arrives: scalars are strings by then. */
export type WireValue = string | readonly WireValue[] | { readonly [name: string]: WireValue };

export type WireProperties = Readonly<Record<string, WireValue>>;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export interface CustomResourceRequest {
  readonly RequestType: RequestType;
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  /** On Update and Delete. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: WireProperties;
  /** On Update. */
  readonly OldResourceProperties?: WireProperties;
}

/**
 * An answer that passed for one: enough of it to go on with. Whether it keeps every rule is another question.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly StackId?: string;
  readonly RequestId?: string;
  readonly LogicalResourceId?: string;
  readonly NoEcho?: boolean;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/**
 * What an on-failure destination receives. The last two are missing where the function never ran, since its
 * event grew too old in the queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export interface OnFailureRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext?: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly responsePayload?: {
    readonly errorType?: string;
    readonly errorMessage: string;
    readonly trace?: readonly string[];
  };
}
