import type { PlayedCase } from './play-case.ts';

const called = (kind: string): string => `${kind} is called for`;
const refused = (kind: string): string => `a call is refused: ${kind}`;
const broken = (fault: string): string => `a call breaks: ${fault}`;
const ended = (outcome: string): string => `a run is ${outcome}`;
const threw = (what: string): string => `a step threw: ${what}`;
const found = (kind: string): string => `a sweep finds: ${kind}`;
const done = (kind: string): string => `somebody does: ${kind}`;
const planned = (what: string): string => `a plan is ${what}`;

/**
 * What some hundreds of cases have to show, each at least once; otherwise they are worth less than they seem. The words
 * are those of `sightingsOf`.
 */
export const EXPECTED_SIGHTINGS: readonly string[] = [
  ...['change-class', 'create-replica', 'delete-replica', 'fail-over', 'set-min-capacity'].map(called),
  ...['start-cluster', 'stop-cluster', 'set-desired-count', 'set-bounds'].map(called),
  ...['access', 'capacity', 'quota', 'state', 'throttling', 'unknown'].map(refused),
  ...['reset', 'lost-answer', 'error-afterwards', 'error'].map(broken),
  ...['pends', 'never-ends', 'fails'].map(broken),
  ...['Converged', 'Failed', 'Superseded', 'Late', 'Duplicate', 'lost'].map(ended),
  ...['It was killed', 'Its time was over', 'The table took no more requests'].map(threw),
  ...['start', 'drifted', 'unreadable'].map(found),
  ...['fail-over', 'add-instance', 'delete-instance', 'resize-instance', 'stop-cluster'].map(done),
  ...['fail-instance', 'set-desired-count', 'set-bounds', 'deploy', 'delete-service'].map(done),
  ...['removed', 'changed', 'overridden', 'beside another'].map(planned),
  'a change is called for again',
  'a fallback class is taken',
  'a window is given up',
  'a single instance gets a stand-in',
  'a cluster has more than ten instances',
];

/** What there was to see in a case, of that and more. */
export function sightingsOf(played: PlayedCase): readonly string[] {
  const { history, world, scalingCase } = played;
  const { plans, clusters } = scalingCase;
  const thrown = history.steps.flatMap(({ said }) => (said.startsWith('threw: ') ? [said.slice(7)] : []));
  return [
    ...history.executions.map(({ outcome = 'lost' }) => ended(outcome)),
    ...thrown.map(threw),
    ...history.findings.map(({ finding }) => found(finding.kind)),
    ...history.acts.flatMap(({ act, refused: why }) => (why === undefined ? [done(act.kind)] : [])),
    ...world.journal.entries.flatMap(({ fault }) =>
      fault === undefined ? [] : [broken(fault.kind === 'mishap' ? fault.mishap : fault.kind)],
    ),
    ...history.applied.flatMap(({ change }) => [called(change.kind)]),
    ...history.applied.flatMap(({ answer }) =>
      answer === undefined || answer === 'accepted' ? [] : [refused(answer.kind)],
    ),
    ...plans.slice(1).map(({ stored: { status, overrides, plan } }) => {
      if (plan.id !== plans[0]?.stored.plan.id) return planned('beside another');
      if (overrides.length > 0) return planned('overridden');
      return planned(status === 'removed' ? 'removed' : 'changed');
    }),
    ...(clusters.some(({ instances }) => instances.length > 10)
      ? ['a cluster has more than ten instances']
      : []),
    ...rareOf(played),
  ];
}

function rareOf({ history, scalingCase }: PlayedCase): readonly string[] {
  const holders = history.saves.map(({ after }) => after.record?.holder);
  const isGivenUp = holders.some((holder) => holder?.impossible !== undefined);
  const isFallenBack = holders.some((holder) => !isGivenUp && (holder?.refusedClasses.length ?? 0) > 0);
  const isRepeated = history.applied.some(({ state }) => (state.intent?.attempt ?? 1) > 1);
  const singles = scalingCase.clusters.filter(({ instances }) => instances.length === 1).map(({ id }) => id);
  const standsIn = history.applied.some(
    ({ change, target }) =>
      change.kind === 'create-replica' && target.kind === 'docdb' && singles.includes(target.clusterId),
  );
  return [
    ...(isRepeated ? ['a change is called for again'] : []),
    ...(isFallenBack ? ['a fallback class is taken'] : []),
    ...(isGivenUp ? ['a window is given up'] : []),
    ...(standsIn ? ['a single instance gets a stand-in'] : []),
  ];
}
