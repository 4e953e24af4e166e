import { isDeepStrictEqual } from 'node:util';
import type { CapacityRecord, Original } from '../../../../handlers/scaling/decision/target-state.ts';
import { targetName } from '../../../../handlers/scaling/plan/plan.ts';
import type { PlayedSave } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import { differencesFrom } from './capacity-differences.ts';
import { isDisturbed } from './disturbances.ts';
import type { Breach, Rule } from './rule.ts';

/**
 * What is recorded once stays, and is what was there. It goes when it is back, or what the window's `After` says over
 * it; or the plan was deleted with `OnDelete: leave`; or the target is gone. What is recorded, and whether it is back,
 * is not judged where the target was meddled with in the time that reads are late, and an invocation takes.
 */
export const recordRule: Rule = (played) =>
  played.history.saves.flatMap((save): Breach[] =>
    mistakesOf(played, save).map((how) => ({
      rule: 'record',
      at: save.at,
      how: `${targetName(save.target)}, ${save.execution}: ${how}`,
    })),
  );

function mistakesOf(played: PlayedCase, save: PlayedSave): readonly string[] {
  const before = save.before.record;
  const after = save.after.record;
  if (after === undefined) return before === undefined ? [] : mistakesOfDropping(played, save, before);
  const overwritten = before === undefined ? [] : overwritings(before, after);
  const isNew = before === undefined || !isDeepStrictEqual(before.original, after.original);
  if (overwritten.length > 0 || !isNew || isDisturbed(played, save)) return overwritten;
  const original = before === undefined ? after.original : additions(before.original, after.original);
  return differencesFrom({ original, plan: after.plan }, save, { isRecording: true }).map(
    (each) => `recorded wrongly: ${each}`,
  );
}

function overwritings(before: CapacityRecord, after: CapacityRecord): readonly string[] {
  const found: string[] = [];
  if (before.plan !== after.plan) found.push(`the plan ${after.plan} takes the record of ${before.plan}`);
  if (before.recordedAt !== after.recordedAt) found.push('it is recorded anew');
  const kept = after.original as unknown as Readonly<Record<string, unknown>>;
  for (const [aspect, value] of Object.entries(before.original)) {
    const isKept =
      aspect === 'classes'
        ? Object.entries(value as Record<string, string>).every(
            ([id, instanceClass]) =>
              (kept.classes as Record<string, string> | undefined)?.[id] === instanceClass,
          )
        : isDeepStrictEqual(value, kept[aspect]);
    if (!isKept) {
      found.push(`${aspect} is overwritten: ${JSON.stringify(value)} by ${JSON.stringify(kept[aspect])}`);
    }
  }
  return found;
}

/** What a later window added. */
function additions(before: Original, after: Original): Original {
  if (before.kind !== 'docdb' || after.kind !== 'docdb') return after;
  const entries = Object.entries(after).filter(([aspect]) => aspect === 'kind' || !(aspect in before));
  const classes = Object.entries(after.classes ?? {}).filter(([id]) => !(id in (before.classes ?? {})));
  return {
    ...Object.fromEntries(entries),
    kind: 'docdb',
    ...(classes.length > 0 && { classes: Object.fromEntries(classes) }),
  };
}

function mistakesOfDropping(played: PlayedCase, save: PlayedSave, record: CapacityRecord): readonly string[] {
  const stored = played.scalingCase.plans.findLast(
    (version) => version.at <= save.at && version.stored.plan.id === record.plan,
  )?.stored;
  if (stored?.status === 'removed' && stored.plan.onDelete === 'leave') return [];
  if (!isThere(save) || isDisturbed(played, save)) return [];
  const { original, holder, plan } = record;
  return differencesFrom({ original, after: holder.after, plan }, save, { isRecording: false }).map(
    (each) => `dropped, and ${each}`,
  );
}

function isThere({ target, truth }: PlayedSave): boolean {
  if (target.kind === 'docdb') return truth.documentDb.clusters.has(target.clusterId);
  return truth.ecs.services.get(`${target.cluster}/${target.service}`)?.status === 'ACTIVE';
}
