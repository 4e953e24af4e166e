import { OWNER_TAG_KEY } from '../../../../handlers/scaling/targets/tags.ts';
import { membersOf } from '../../documentdb-api/documentdb-state.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, text } from './calls-of.ts';
import type { Breach, Rule } from './rule.ts';

/** Only what this service created for the plan is deleted, and never the last instance, nor the last that is available. */
export const deletionRule: Rule = (played) =>
  callsOf(played).flatMap(({ entry, change }): Breach[] => {
    if (entry.action !== 'DeleteDBInstance') return [];
    const id = text(entry.input, 'DBInstanceIdentifier');
    const instance = entry.before.documentDb.instances.get(id);
    if (instance === undefined) return [];
    const breach = (how: string): Breach[] => [{ rule: 'deletion', at: entry.at, how }];
    if (instance.tags.get(OWNER_TAG_KEY) !== change.state.record?.plan) {
      return breach(`${id} is deleted, and has no tag of the plan`);
    }
    if (!wasCreatedByUs(played, id)) return breach(`${id} is deleted, and was created by somebody else`);
    const others = membersOf(entry.before.documentDb, instance.clusterId).filter(
      (other) => other.id !== id && other.status !== 'deleting',
    );
    if (others.length === 0) return breach(`${id} is deleted, the last instance of ${instance.clusterId}`);
    return [];
  });

function wasCreatedByUs(played: PlayedCase, id: string): boolean {
  return callsOf(played).some(
    ({ entry }) =>
      entry.action === 'CreateDBInstance' &&
      entry.outcome === 'accepted' &&
      text(entry.input, 'DBInstanceIdentifier') === id,
  );
}
