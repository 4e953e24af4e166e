import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../time/instant.ts';
import { type Change, describeChange } from './change.ts';
import type { Observation } from './scaling-target.ts';
import { progressOf } from './target-kind.ts';
import type { Intent } from './target-state.ts';

/** A read may show what was true so long ago; facts of the services say «eventually», this is generous. */
export const READ_DELAY_MS = 2 * 60_000;
/**
 * How long a call may stay without any sign of its effect before it is repeated. It is longer than reads are late and
 * than the function lives that makes the call, so that a call is never repeated while the first may still come.
 */
export const SETTLE_MS = 5 * 60_000;
/** So often one change is called for, in all. */
export const MAX_ATTEMPTS = 3;
/** How long a change may be under way: instances take 6 to 10 minutes, in bad hours several times that. */
export const CHANGE_LIMIT_MS = 60 * 60_000;
/** A failover takes less than a minute, some minutes in bad cases. */
export const FAIL_OVER_LIMIT_MS = 10 * 60_000;
const MAX_WAIT_SECONDS = 30;
/** Until a read that is late is followed by one that isn't. */
const READ_WAIT_SECONDS = 10;

/** What is to become of a change that was called for. */
export type IntentVerdict =
  /** Its effect was seen. */
  | { readonly kind: 'over' }
  | { readonly kind: 'wait'; readonly seconds: number; readonly reason: string }
  /** There is no sign of it, and there won't be: what is missing is called for again. */
  | { readonly kind: 'lost' }
  /** It does not come to its end. `isForgotten`: the next run may call for it anew. */
  | { readonly kind: 'failed'; readonly isForgotten: boolean; readonly reason: string };

export function judgeIntent(intent: Intent, observed: Observation, now: Instant): IntentVerdict {
  const { change, at, attempt, seenAt } = intent;
  const ageMs = now - at;
  const progress = progressOf(change, observed);
  if (seenAt !== undefined && progress !== 'done') return judgeUnseen(change, now - seenAt);
  switch (progress) {
    case 'done':
      return { kind: 'over' };
    case 'under-way': {
      const limitMs = change.kind === 'fail-over' ? FAIL_OVER_LIMIT_MS : CHANGE_LIMIT_MS;
      if (ageMs < limitMs) {
        return {
          kind: 'wait',
          seconds: waitSeconds(change),
          reason: `${describeChange(change)} is under way`,
        };
      }
      const reason = `${describeChange(change)} has been under way for ${minutes(ageMs)}; ${minutes(limitMs)} are allowed`;
      return { kind: 'failed', isForgotten: false, reason };
    }
    case 'no-sign': {
      const leftMs = SETTLE_MS - ageMs;
      if (leftMs > 0) {
        const seconds = Math.min(waitSeconds(change), Math.ceil(leftMs / 1000));
        return {
          kind: 'wait',
          seconds,
          reason: `${describeChange(change)} was called for, and does not show yet`,
        };
      }
      if (attempt < MAX_ATTEMPTS) return { kind: 'lost' };
      const reason = `${describeChange(change)} was called for ${attempt} times, and ${minutes(SETTLE_MS)} after the last there is no sign of it`;
      return { kind: 'failed', isForgotten: true, reason };
    }
  }
}

/** It was seen, and is not there now: whoever believes that would, for one, take the writer for a replica. */
function judgeUnseen(change: Change, seenMs: number): IntentVerdict {
  if (seenMs >= READ_DELAY_MS) return { kind: 'over' };
  const reason = `${describeChange(change)} was seen, and does not show in this read, which may be from before it`;
  return { kind: 'wait', seconds: READ_WAIT_SECONDS, reason };
}

/** What to remember of an intent that is over: that it was seen, as long as a read from before may come. */
export function seenIntent(intent: Intent, observed: Observation, now: Instant): Intent | undefined {
  if (judgeIntent(intent, observed, now).kind !== 'over') return undefined;
  const { seenAt = now } = intent;
  return now - seenAt < READ_DELAY_MS ? { ...intent, seenAt } : undefined;
}

/** The intent to make a change, which knows of the same change's attempts before. */
export function intentOf(change: Change, before: Intent | undefined, now: Instant): Intent {
  const isRepeated =
    before !== undefined && before.seenAt === undefined && isDeepStrictEqual(before.change, change);
  return { change, at: now, attempt: isRepeated ? before.attempt + 1 : 1 };
}

const FAIL_OVER_WAIT_SECONDS = 10;

function waitSeconds({ kind }: Change): number {
  return kind === 'fail-over' ? FAIL_OVER_WAIT_SECONDS : MAX_WAIT_SECONDS;
}

function minutes(ms: number): string {
  return `${Math.floor(ms / 60_000)} min`;
}
