import { ProviderError } from '../errors.ts';
import type { RawProperties } from './event.ts';
import type { PropertyKind } from './property-kinds.ts';

/** One property of a resource type: how it is read, and whether a template must give it. */
export interface Property<T> {
  readonly kind: PropertyKind<NonNullable<T>>;
  readonly presence: 'required' | 'optional';
  /** The value where a template gives none, as a template would write it. */
  readonly defaultValue?: string;
  /** What it does, for the reference documentation: a sentence or two of Markdown, without links. */
  readonly description: string;
}

/** A resource type's properties by name. It is data, so that documentation and constructs can be held against it. */
export type PropertySchema<Properties> = {
  readonly [Name in keyof Properties]-?: Property<Properties[Name]>;
};

/** The typed properties that a schema reads. */
export type PropertiesOf<Schema> = {
  readonly [Name in keyof Schema]: Schema[Name] extends Property<infer T> ? T : never;
};

/**
 * What properties must be to each other, as «exactly one of these»: a sentence for each mistake, empty where there is
 * none. Pure. It sees the properties as received, so that it can be told together with the mistakes of each.
 */
export type PropertyRules = (given: RawProperties) => readonly string[];

export function required<T>(kind: PropertyKind<NonNullable<T>>, description: string): Property<T> {
  return { kind, presence: 'required', description };
}

export function optional<T>(
  kind: PropertyKind<NonNullable<T>>,
  description: string,
): Property<T | undefined> {
  return { kind, presence: 'optional', description };
}

export function withDefault<T>(
  kind: PropertyKind<NonNullable<T>>,
  defaultValue: string,
  description: string,
): Property<T> {
  return { kind, presence: 'optional', defaultValue, description };
}

/**
 * Known to every type: CloudFormation's own two, and `DeploymentId`, which does nothing but make CloudFormation
 * ask again when it changes.
 */
export const COMMON_PROPERTIES = ['ServiceToken', 'ServiceTimeout', 'DeploymentId'] as const;

/** Longer texts are shortened where a message quotes them, in characters. */
const MAX_QUOTED_CHARACTERS = 80;
/** So many names that a schema does not know are listed, and the rest counted. */
const MAX_UNKNOWN_NAMES = 5;

/**
 * Reads a request's properties by their schema.
 * @param rules Default: none.
 * @throws ProviderError `InvalidRequest`: one sentence with every mistake, the value given and what is allowed.
 */
export function readProperties<Properties>(
  resourceType: string,
  schema: PropertySchema<Properties>,
  raw: RawProperties,
  rules: PropertyRules = () => [],
): Properties {
  const mistakes: string[] = [];
  const values: Partial<Properties> = {};
  const names = Object.keys(schema) as (keyof Properties & string)[];
  for (const name of names) {
    const property = schema[name];
    const given = Object.hasOwn(raw, name) ? raw[name] : property.defaultValue;
    if (given === undefined) {
      if (property.presence === 'required') mistakes.push(`${name} is missing (${property.kind.allowed})`);
      continue;
    }
    const reading = property.kind.read(given);
    if (reading.ok) values[name] = reading.value;
    else mistakes.push(mistakeOf(name, given, property.kind, reading.because));
  }
  mistakes.push(...rules(raw), ...unknownNames(raw, names));
  if (mistakes.length === 0) return values as Properties;
  throw new ProviderError('InvalidRequest', `${resourceType} can't be read: ${mistakes.join('; ')}`);
}

/** Reads one property of a request that must not be refused, as a Delete; undefined where it can't be read. */
export function findProperty<T>(name: string, property: Property<T>, raw: RawProperties): T | undefined {
  const given = Object.hasOwn(raw, name) ? raw[name] : property.defaultValue;
  const reading = property.kind.read(given);
  return reading.ok ? reading.value : undefined;
}

/** @param name With its path, where it is a property of a property. */
export function mistakeOf(
  name: string,
  given: unknown,
  kind: PropertyKind<unknown>,
  because?: string,
): string {
  if (because !== undefined) return `${name}: ${because}`;
  return `${name} is ${kind.secret ? describeSecret(given) : quote(given)}, allowed is ${kind.allowed}`;
}

function unknownNames(raw: RawProperties, names: readonly string[]): string[] {
  const known = [...names, ...COMMON_PROPERTIES];
  const unknown = Object.keys(raw).filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  const listed = unknown.slice(0, MAX_UNKNOWN_NAMES).map(quote).join(', ');
  const more = unknown.length > MAX_UNKNOWN_NAMES ? ` and ${unknown.length - MAX_UNKNOWN_NAMES} more` : '';
  const verb = unknown.length === 1 ? 'is no property' : 'are no properties';
  return [`${listed}${more} ${verb} of this type, which has ${names.join(', ')}`];
}

/** A value as a message shows it: in JSON, shortened. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : `${JSON.stringify(value)}`;
  const characters = [...text];
  if (characters.length <= MAX_QUOTED_CHARACTERS) return text;
  return `${characters.slice(0, MAX_QUOTED_CHARACTERS).join('')}… (${characters.length} characters)`;
}

function describeSecret(value: unknown): string {
  return typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}`;
}
