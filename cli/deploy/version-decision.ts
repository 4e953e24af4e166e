import { compareVersions } from '../service/version.ts';

/** Which version takes the place of which. */
export interface VersionChange {
  /** Undefined: none is deployed, or it doesn't tell. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export type VersionDecision =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly reason: string };

/** An older version may not know what a newer one left in its table, so it is put back only on purpose. */
export function decideVersion(
  { before, after }: VersionChange,
  { allowDowngrade }: { readonly allowDowngrade: boolean },
): VersionDecision {
  if (before === undefined || after === undefined || allowDowngrade) return { isAllowed: true };
  const difference = compareVersions(after, before);
  if (difference === undefined || difference >= 0) return { isAllowed: true };
  return {
    isAllowed: false,
    reason: `Version ${before} is deployed, and this command brings ${after}, which is older. --allow-downgrade goes back to it; npx deploytime@${before} brings the same one`,
  };
}
