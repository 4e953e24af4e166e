import { isDeepStrictEqual } from 'node:util';
import { ProviderError } from '../../errors.ts';
import type { Override } from '../store/plan-store.ts';
import { formatInstant } from '../time/instant.ts';

/** So many hold at once. They stand in the plan's item, and each is a person's call. */
export const MAX_OVERRIDES = 100;

/**
 * A plan's overrides with one more, in the order in which they were said: the last one counts. What is over by then is
 * dropped, and so is what this one outlasts, since it has no say any more.
 * @throws ProviderError `ServiceLimitExceeded`
 */
export function withOverride(overrides: readonly Override[], added: Override): readonly Override[] {
  if (overrides.some((override) => isDeepStrictEqual(override, added))) return overrides;
  const left = overrides.filter((override) => override.until > added.from && !outlasts(added, override));
  if (left.length >= MAX_OVERRIDES) throw tooMany(left);
  const later = left.findIndex(({ from }) => from > added.from);
  return left.toSpliced(later === -1 ? left.length : later, 0, added);
}

function outlasts(added: Override, { scenario, from, until }: Override): boolean {
  return scenario === added.scenario && from <= added.from && until <= added.until;
}

function tooMany(overrides: readonly Override[]): ProviderError {
  const soonest = Math.min(...overrides.map(({ until }) => until));
  return new ProviderError(
    'ServiceLimitExceeded',
    `The plan has ${overrides.length} overrides, which is as many as it can have at once; the next one is over at ${formatInstant(soonest)}`,
  );
}
