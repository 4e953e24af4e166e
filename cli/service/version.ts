const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Compares versions as npm orders them.
 * @returns Negative where `one` is older, positive where it is newer, 0 where they are as old; undefined where one of
 * them is no version.
 * @see https://semver.org/#spec-item-11
 */
export function compareVersions(one: string, other: string): number | undefined {
  const [left, right] = [VERSION.exec(one), VERSION.exec(other)];
  if (left === null || right === null) return undefined;
  for (const index of [1, 2, 3]) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left[4], right[4]);
}

/** A release is newer than whatever came before it. */
function comparePrereleases(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  const [left, right] = [one.split('.'), other.split('.')];
  for (const [index, part] of left.entries()) {
    const against = right[index];
    if (against === undefined) return 1;
    const difference = compareParts(part, against);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareParts(one: string, other: string): number {
  const [isNumber, againstNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && againstNumber) return Number(one) - Number(other);
  // Numbers come before words.
  if (isNumber !== againstNumber) return isNumber ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}
