import { createHash } from 'node:crypto';
import type { CustomResourceRequest, RawProperties } from '../cloudformation/event.ts';
import { findRequestTime } from '../cloudformation/response-url.ts';
import type { Instant } from '../scaling/time/instant.ts';
import { hashOfProperties } from './answer-memory.ts';

/** Of the logical id, so that a schedule group's name has its 64 characters at most. */
const MAX_READABLE_CHARACTERS = 35;
const HASH_DIGITS = 8;
const PLAN_ID = new RegExp(`^[A-Za-z0-9]{1,${MAX_READABLE_CHARACTERS}}-[0-9a-f]{${HASH_DIGITS}}$`);

/**
 * A plan's id, which is the resource's physical id: `<logical id>-<8 hex>`. It follows from the stack and the logical id,
 * so that a Create that is delivered again, or repeated, is the same plan.
 */
export function planIdOf({
  stackId,
  logicalResourceId,
}: Pick<CustomResourceRequest, 'stackId' | 'logicalResourceId'>): string {
  const readable = logicalResourceId.replace(/[^A-Za-z0-9]/g, '').slice(0, MAX_READABLE_CHARACTERS);
  return `${readable || 'plan'}-${hashOf(stackId, logicalResourceId)}`;
}

/** CloudFormation makes an id up where it never got an answer. */
export function isPlanId(physicalResourceId: string): boolean {
  return PLAN_ID.test(physicalResourceId);
}

/** What tells a request from another one, and which of the two was made later. */
export interface RequestMark {
  readonly request: string;
  readonly requestedAt: Instant;
}

/**
 * By its id and its ResponseURL: CloudFormation uses the id again when a deployment is retried, never the signature.
 * @param now Where the URL doesn't tell when it was signed.
 */
export function markOf(
  { requestId, responseUrl }: Pick<CustomResourceRequest, 'requestId' | 'responseUrl'>,
  now: Instant,
): RequestMark {
  return { request: hashOf(requestId, responseUrl), requestedAt: findRequestTime(responseUrl) ?? now };
}

/**
 * `deploytime-<plan id>-<8 hex>`: a group's deletion goes on after its answer, so a name is not used twice. It follows
 * from the request, so that one that is delivered again makes no second group.
 */
export function scheduleGroupOf(plan: string, { request }: RequestMark): string {
  return `deploytime-${plan}-${request}`;
}

/** The same for properties that ask for the same plan. */
export function hashOfPlanProperties({ DeploymentId: _, ...asked }: RawProperties): string {
  return hashOfProperties(asked);
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_DIGITS);
}
