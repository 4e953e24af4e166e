/** As many letters may be wrong in a name of ten. */
const MAX_DISTANCE_OF_TEN = 4;
/** Of a parameter's name in CloudFormation. */
const MAX_LENGTH = 255;

/** The name that was probably meant; undefined where none is near. Case doesn't count. */
export function nearestName(given: string, names: Iterable<string>): string | undefined {
  if (given.length > MAX_LENGTH) return undefined;
  let nearest: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    const length = Math.max(given.length, name.length);
    const isNear = distance * 10 <= MAX_DISTANCE_OF_TEN * length;
    if (isNear && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY)) nearest = { name, distance };
  }
  return nearest?.name;
}

/** How many letters have to be put in, taken out or changed; two that changed places count once. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      line.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, above] = [above, line];
  }
  return above[right.length] ?? 0;
}
