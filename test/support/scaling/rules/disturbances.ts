import { targetName } from '../../../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { INVOCATION_LIMIT_MS } from '../driver/invocation.ts';
import type { PlayedSave } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf } from './calls-of.ts';

/** Something that happens to a target and is not of this service's making, and that it has to cope with. */
export interface Disturbance {
  readonly at: Instant;
  /** Its short name. */
  readonly target: string;
  readonly what: string;
}

const remembered = new WeakMap<PlayedCase, readonly Disturbance[]>();

/** What persons and AWS did to targets, and what went wrong with what the service called for. */
export function disturbancesOf(played: PlayedCase): readonly Disturbance[] {
  const known = remembered.get(played);
  if (known !== undefined) return known;
  const found = [...actsOf(played), ...mishapsOf(played), ...failoversOf(played)];
  remembered.set(played, found);
  return found;
}

/** Whether anybody meddled with a target before it was written of, in the time that reads are late and an invocation takes. */
export function isDisturbed(played: PlayedCase, { target, at }: PlayedSave): boolean {
  const since = at - played.world.readLagMs - INVOCATION_LIMIT_MS;
  const name = targetName(target);
  return disturbancesOf(played).some((each) => each.target === name && since <= each.at && each.at <= at);
}

function actsOf({ history }: PlayedCase): Disturbance[] {
  return history.acts.flatMap(({ act, refused, target }) =>
    refused === undefined && target !== undefined ? [{ at: act.at, target, what: act.kind }] : [],
  );
}

function mishapsOf(played: PlayedCase): Disturbance[] {
  return callsOf(played).flatMap(({ entry, change }) =>
    entry.fault?.kind === 'mishap'
      ? [{ at: entry.at, target: targetName(change.target), what: 'a mishap' }]
      : [],
  );
}

/** Also one that was asked for, and went elsewhere. */
function failoversOf({ world, history }: PlayedCase): Disturbance[] {
  return world.documentDb.account.failovers
    .filter(
      ({ cause, to }) =>
        cause !== 'asked' ||
        !history.applied.some(({ change }) => change.kind === 'fail-over' && change.instance === to),
    )
    .map(({ at, clusterId, cause }) => ({ at, target: `docdb/${clusterId}`, what: cause }));
}
