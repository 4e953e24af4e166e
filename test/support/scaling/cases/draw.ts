import type { SeededRandom } from '../simulator-random.ts';

/** One of some; each as often as the others. */
export function anyOf<T>(choices: readonly T[], random: SeededRandom): T {
  if (choices.length === 0) throw new RangeError('There is nothing to choose from');
  return choices[random.integer(0, choices.length - 1)] as T;
}

/** One of some, as often as its weight says. */
export function weighted<T>(
  choices: readonly (readonly [weight: number, choice: T])[],
  random: SeededRandom,
): T {
  const sum = choices.reduce((all, [weight]) => all + weight, 0);
  let left = random.next() * sum;
  for (const [weight, choice] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return (choices.at(-1) as readonly [number, T])[1];
}

/** So many of some, in their order. */
export function someOf<T>(choices: readonly T[], count: number, random: SeededRandom): T[] {
  const left = choices.map((choice, index) => ({ choice, index }));
  while (left.length > count) left.splice(random.integer(0, left.length - 1), 1);
  return left.map(({ choice }) => choice);
}
