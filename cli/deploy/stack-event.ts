/** One event of a stack's operation. */
export interface StackEvent {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly logicalId: string;
  readonly type: string;
  /** E.g. `CREATE_IN_PROGRESS`. */
  readonly status: string;
  readonly reason: string;
  /** It is of the stack itself. */
  readonly isOfStack: boolean;
}

/** The resource that failed first, and why. */
export interface RootCause {
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
}

/** What CloudFormation says of resources that it gave up because of another one. */
const CANCELLED = /^Resource (creation|update|deletion) cancelled\b/i;

/** @param events In the order of time. */
export function rootCauseIn(events: readonly StackEvent[]): RootCause | undefined {
  const failures = events.filter(({ status }) => status.endsWith('_FAILED'));
  const own = failures.filter(({ isOfStack, reason }) => !isOfStack && !CANCELLED.test(reason));
  const first = own.find(({ reason }) => reason !== '') ?? own[0] ?? failures.find((one) => one.isOfStack);
  return first && { logicalId: first.logicalId, type: first.type, reason: first.reason };
}

/** How many resources are done, in whichever direction it goes. */
export function countDone(events: readonly StackEvent[]): number {
  const done = events.filter(({ status, isOfStack }) => !isOfStack && status.endsWith('_COMPLETE'));
  return new Set(done.map(({ logicalId }) => logicalId)).size;
}
