import { mistakeOf, type PropertySchema, quote } from '../../cloudformation/properties.ts';
import type { PropertyKind } from '../../cloudformation/property-kinds.ts';
import { nearestName } from './nearest-name.ts';
import type { PlanMistakes } from './plan-mistakes.ts';
import { type PropertyPath, pathOf, pathOfElement } from './property-path.ts';
import type { Fields } from './property-shapes.ts';

/** What is read, where it stands, and where its mistakes go. */
export interface FieldsGiven {
  readonly given: Fields;
  readonly path: PropertyPath;
  readonly mistakes: PlanMistakes;
}

/** Reads the properties that a schema names, and no others. What can't be read is undefined, and a mistake. */
export function readFields<Properties>(
  schema: PropertySchema<Properties>,
  { given, path, mistakes }: FieldsGiven,
): Partial<Properties> {
  const values: Partial<Properties> = {};
  for (const name of Object.keys(schema) as (keyof Properties & string)[]) {
    const { kind, presence, defaultValue } = schema[name];
    const value = isGiven(given, name) ? given[name] : defaultValue;
    if (value === undefined) {
      if (presence === 'required') mistakes.add(`${pathOf(path, name)} is missing (${kind.allowed})`);
      continue;
    }
    const reading = kind.read(value);
    if (reading.ok) values[name] = reading.value;
    else mistakes.add(mistakeOf(pathOf(path, name), value, kind, reading.because));
  }
  return values;
}

/** Reads the elements of a list. What can't be read is left out, and a mistake. */
export function readElements<T>(
  kind: PropertyKind<T>,
  list: readonly unknown[],
  { path, mistakes }: Pick<FieldsGiven, 'path' | 'mistakes'>,
): readonly T[] {
  return list.flatMap((given, index) => {
    const reading = kind.read(given);
    if (reading.ok) return [reading.value];
    mistakes.add(mistakeOf(pathOfElement(path, index), given, kind, reading.because));
    return [];
  });
}

export interface KnownNames {
  /** Completes «is no property of …». */
  readonly what: string;
  readonly known: readonly string[];
  /** Names that are told of elsewhere. Default: none. */
  readonly toldElsewhere?: readonly string[];
}

/** Tells of every name that is none of the known ones. */
export function reportUnknown(
  { given, path, mistakes }: FieldsGiven,
  { what, known, toldElsewhere = [] }: KnownNames,
): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name) || toldElsewhere.includes(name)) continue;
    const nearest = nearestName(name, known);
    const shown = /^\w{1,40}$/.test(name) ? name : quote(name);
    const suggestion = nearest === undefined ? '' : ` (is ${nearest} meant?)`;
    mistakes.add(
      `${pathOf(path, shown)} is no property of ${what}, which has ${known.join(', ')}${suggestion}`,
    );
  }
}

/** Also false for a name that every object has, such as `toString`. */
export function isGiven(given: Fields, name: string): boolean {
  return Object.hasOwn(given, name);
}
