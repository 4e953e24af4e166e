import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';

/** Targets by their short names, in which `*` stands for any characters of a name and `?` for one. */
export type TargetPattern =
  | { readonly kind: 'docdb'; readonly clusterId: string }
  | { readonly kind: 'ecs'; readonly cluster: string; readonly service: string };

/** What may name several targets, in words. */
export const PATTERN_SHAPE =
  'docdb/<cluster> or ecs/<cluster>/<service>, in which * stands for any characters and ? for one';

/** A cluster's identifier is kept in lower case: another letter would match nothing. */
const CLUSTER_PATTERN = /^[a-z0-9*?-]{1,63}$/;
const ECS_PATTERN = /^[A-Za-z0-9_*?-]{1,255}$/;

export function readTargetPattern(text: string): Reading<TargetPattern> {
  const [kind, first = '', second = '', ...more] = text.split('/');
  if (more.length > 0) return refused();
  if (kind === 'docdb' && second === '' && CLUSTER_PATTERN.test(first)) {
    return accepted({ kind, clusterId: first });
  }
  if (kind === 'ecs' && ECS_PATTERN.test(first) && ECS_PATTERN.test(second)) {
    return accepted({ kind, cluster: first, service: second });
  }
  return refused();
}

/** What the short names that any of these matches look like; undefined where there are none. */
export function targetPatternExpression(patterns: readonly string[]): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  return new RegExp(`^(?:${patterns.map(expressionOf).join('|')})$`);
}

/** A wildcard doesn't reach into the next name. */
function expressionOf(pattern: string): string {
  return pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
}
