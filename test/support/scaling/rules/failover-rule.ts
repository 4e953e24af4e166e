import { OWNER_TAG_KEY } from '../../../../handlers/scaling/targets/tags.ts';
import type { Failover } from '../../documentdb-api/documentdb-account.ts';
import { membersOf } from '../../documentdb-api/documentdb-state.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, isAccepted, type ServiceCall, text } from './calls-of.ts';
import { disturbancesOf } from './disturbances.ts';
import type { Breach, Rule } from './rule.ts';
import { runInstant } from './run-instant.ts';
import { wantedAt } from './wanted-at.ts';

/** A failover is over by then, or it never is. */
const FAILOVER_MS = 2 * 60_000;

/**
 * One change of classes takes one failover. Between two of this service's failovers of a cluster that took effect
 * there is therefore another goal (a window that opened or closed, a plan that changed, a class that was refused, a
 * window that was given up), or something happened to the cluster that this service had not called for: an
 * operator's act, an unplanned failover, an instance that failed, a call that went wrong. Where a cluster had a single
 * instance that could be the writer, and a replica of ours stood in for it while it was changed, the way back from
 * that replica is one failover more.
 */
export const failoverRule: Rule = (played) => {
  const effective = callsOf(played)
    .filter((call) => call.entry.action === 'FailoverDBCluster' && isAccepted(call))
    .flatMap((call) => {
      const failover = effectOf(played, call);
      return failover === undefined ? [] : [{ call, failover }];
    });
  const disturbances = disturbancesOf(played);
  return effective.flatMap(({ call, failover }, index): Breach[] => {
    const { clusterId, at, to } = failover;
    const last = effective.slice(0, index).findLast((each) => each.failover.clusterId === clusterId);
    if (last === undefined || goalKey(played, last.call) !== goalKey(played, call)) return [];
    const from = last.call.change.observedAt - played.world.readLagMs;
    const isDisturbed = disturbances.some(
      (each) => each.target === `docdb/${clusterId}` && each.at >= from && each.at <= call.entry.at,
    );
    if (isDisturbed) return [];
    if (isWayBack(last.call)) return [];
    const how = `${clusterId} fails over to ${to}, for the second time for one goal`;
    return [{ rule: 'failover', at, how }];
  });
};

/** Whether the failover before was to a stand-in: there was nobody else. */
function isWayBack({ entry }: ServiceCall): boolean {
  const { documentDb } = entry.before;
  const to = text(entry.input, 'TargetDBInstanceIdentifier');
  if (!documentDb.instances.get(to)?.tags.has(OWNER_TAG_KEY)) return false;
  const usable = membersOf(documentDb, text(entry.input, 'DBClusterIdentifier')).filter(
    ({ status, tags }) => status === 'available' && !tags.has(OWNER_TAG_KEY),
  );
  return usable.length === 1;
}

function effectOf({ world }: PlayedCase, { entry }: ServiceCall): Failover | undefined {
  const clusterId = text(entry.input, 'DBClusterIdentifier');
  return world.documentDb.account.failovers.find(
    (each) =>
      each.clusterId === clusterId &&
      each.cause === 'asked' &&
      each.at >= entry.at &&
      each.at <= entry.at + FAILOVER_MS,
  );
}

/** Calls with the same key serve one goal. */
function goalKey(played: PlayedCase, { entry, change }: ServiceCall): string {
  const { scalingCase } = played;
  const { record } = change.state;
  const stored = scalingCase.plans.findLast(
    (version) => version.at <= entry.at && version.stored.plan.id === record?.plan,
  )?.stored;
  const holding = stored && wantedAt(stored, change.target, runInstant(played, change.execution, entry.at));
  return JSON.stringify([
    scalingCase.plans.findIndex((version) => version.stored === stored),
    holding?.window,
    record?.recordedAt,
    record?.holder,
  ]);
}
