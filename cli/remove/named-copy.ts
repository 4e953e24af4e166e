import { PROVIDERS } from '../service/service-name.ts';

/** `deploytime-blue-ecr-image`, `/deploytime-blue/service-token/ecr-image`, and both without a qualifier. */
const TOKEN = new RegExp(
  `deploytime(?:-([a-z][a-z0-9]{0,15}))?(?:-|/service-token/)(?:${PROVIDERS.join('|')})\\b`,
  'g',
);

/**
 * Whether a template names other copies of the service, and not this one. Where it names none, as with a token that
 * comes from a parameter, it isn't known, and it counts as one that uses this copy.
 */
export function namesOnlyOthers(template: string, qualifier: string): boolean {
  const copies = namedCopies(template);
  return copies.size > 0 && !copies.has(qualifier);
}

export function namesCopy(template: string, qualifier: string): boolean {
  return namedCopies(template).has(qualifier);
}

function namedCopies(template: string): ReadonlySet<string> {
  return new Set([...template.matchAll(TOKEN)].map(([, qualifier]) => qualifier ?? ''));
}
