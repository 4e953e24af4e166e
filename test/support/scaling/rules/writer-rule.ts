import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { membersOf } from '../../documentdb-api/documentdb-state.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, type ServiceCall, text } from './calls-of.ts';
import type { Breach, Rule } from './rule.ts';

const TOUCHING = ['ModifyDBInstance', 'DeleteDBInstance'];

/**
 * The writer is never changed or deleted, also not where the call is refused. There are two exemptions:
 * - it is the only instance of its cluster, it is changed and not deleted, and a step of the plan allows an outage;
 * - it became the writer by a failover that this service had not asked for, to this instance and at an instant that the
 *   observation could not show yet: no earlier than the observation was asked for, less the time that reads are late.
 */
export const writerRule: Rule = (played) =>
  callsOf(played).flatMap((call): Breach[] => {
    const { entry, change } = call;
    const id = text(entry.input, 'DBInstanceIdentifier');
    const { clusterId = '' } = entry.before.documentDb.instances.get(id) ?? {};
    const writer = entry.before.documentDb.clusters.get(clusterId)?.writer;
    if (!TOUCHING.includes(entry.action) || writer !== id) return [];
    if (isAllowedOutage(played, call, clusterId)) return [];
    const unseenSince = change.observedAt - played.world.readLagMs;
    if (becameWriterUnasked(played, id, unseenSince)) return [];
    return [{ rule: 'writer', at: entry.at, how: `${entry.action} of ${id}, the writer of ${clusterId}` }];
  });

function isAllowedOutage({ scalingCase }: PlayedCase, { entry }: ServiceCall, clusterId: string): boolean {
  if (entry.action !== 'ModifyDBInstance') return false;
  const alive = membersOf(entry.before.documentDb, clusterId).filter(({ status }) => status !== 'deleting');
  const steps = scalingCase.plans.flatMap(({ stored }) =>
    stored.plan.scenarios.flatMap(({ steps }) => steps),
  );
  return (
    alive.length === 1 &&
    steps.some(
      ({ target, capacity, after }) =>
        target.kind === 'docdb' &&
        target.clusterId === clusterId &&
        [capacity, after].some((each) => each !== undefined && 'allowOutage' in each && each.allowOutage),
    )
  );
}

/** A failover that the service asked for, and that went elsewhere, was not asked for. */
function becameWriterUnasked({ world, history }: PlayedCase, id: string, since: Instant): boolean {
  return world.documentDb.account.failovers.some(({ to, cause, at }) => {
    if (to !== id || at < since) return false;
    const isOurs =
      cause === 'asked' &&
      history.applied.some(({ change }) => change.kind === 'fail-over' && change.instance === id);
    return !isOurs;
  });
}
