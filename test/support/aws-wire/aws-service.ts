import type { Mishap } from '../scaling/simulator-faults.ts';
import type { AwsError } from './aws-error.ts';

/** A request as HTTP brought it. */
export interface WireRequest {
  /** `x-amz-target`; empty in the Query protocol. */
  readonly target: string;
  readonly contentType: string;
  readonly body: string;
}

/** One service of AWS in one account and Region, without HTTP, in its own protocol. */
export interface AwsService {
  readonly contentType: string;
  /** @throws AwsError for what is no call, and for every parameter that is wrong. */
  parse(request: WireRequest): { readonly action: string; readonly input: Record<string, unknown> };
  isMutation(action: string): boolean;
  /** @throws AwsError where it is refused. */
  carryOut(action: string, input: Record<string, unknown>, context: CallContext): Record<string, unknown>;
  writeAnswer(action: string, answer: Record<string, unknown>, requestId: string): string;
  writeError(error: AwsError, requestId: string): string;
}

export interface CallContext {
  /** The instant whose state a read shows. */
  readonly readAt: number;
  readonly mishap: Mishap | undefined;
}
