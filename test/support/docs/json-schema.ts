import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'docs', 'schemas');

/*
 * As much of JSON Schema (2020-12) as the schemas in docs/schemas use. A keyword that is not known here is an error: a
 * check that is passed over would be none.
 */

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that say something to people only. */
const ANNOTATIONS = ['$schema', '$defs', 'title', 'description', 'default'];

/** What of a value is not as its schema says: a sentence each, with the place in front. */
export function schemaMistakes(schema: Schema, value: unknown, root: Schema = schema, path = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (ANNOTATIONS.includes(keyword) || keyword === 'then') return [];
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new TypeError(`The keyword ${keyword} is not known`);
    return check({ rule, value, schema, root, path });
  });
}

interface Checking {
  readonly rule: unknown;
  readonly value: unknown;
  /** The whole of which the keyword is one. */
  readonly schema: Schema;
  readonly root: Schema;
  readonly path: string;
}

const KEYWORDS: Readonly<Record<string, (checking: Checking) => string[]>> = {
  type: ({ rule, value, path }) => unless(isOfType(String(rule), value), `${path} is no ${rule}`),
  const: ({ rule, value, path }) => unless(value === rule, `${path} is not ${rule}`),
  enum: ({ rule, value, path }) => unless((rule as unknown[]).includes(value), `${path} is none of ${rule}`),
  minLength: ({ rule, value, path }) =>
    unless(typeof value !== 'string' || value.length >= Number(rule), `${path} is shorter than ${rule}`),
  maxLength: ({ rule, value, path }) =>
    unless(typeof value !== 'string' || value.length <= Number(rule), `${path} is longer than ${rule}`),
  minimum: ({ rule, value, path }) =>
    unless(typeof value !== 'number' || value >= Number(rule), `${path} is less than ${rule}`),
  maximum: ({ rule, value, path }) =>
    unless(typeof value !== 'number' || value <= Number(rule), `${path} is more than ${rule}`),
  multipleOf: ({ rule, value, path }) =>
    unless(typeof value !== 'number' || value % Number(rule) === 0, `${path} is no multiple of ${rule}`),
  minItems: ({ rule, value, path }) =>
    unless(!Array.isArray(value) || value.length >= Number(rule), `${path} has less than ${rule} elements`),
  maxItems: ({ rule, value, path }) =>
    unless(!Array.isArray(value) || value.length <= Number(rule), `${path} has more than ${rule} elements`),
  items: ({ rule, value, root, path }) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => schemaMistakes(rule as Schema, item, root, `${path}[${index}]`))
      : [],
  minProperties: ({ rule, value, path }) =>
    unless(
      !isObject(value) || Object.keys(value).length >= Number(rule),
      `${path} has less than ${rule} names`,
    ),
  maxProperties: ({ rule, value, path }) =>
    unless(
      !isObject(value) || Object.keys(value).length <= Number(rule),
      `${path} has more than ${rule} names`,
    ),
  pattern: ({ rule, value, path }) =>
    unless(
      typeof value !== 'string' || new RegExp(String(rule), 'u').test(value),
      `${path} does not match ${rule}`,
    ),
  required: ({ rule, value, path }) =>
    (rule as string[])
      .filter((name) => isObject(value) && !Object.hasOwn(value, name))
      .map((name) => `${path}.${name} is missing`),
  properties: ({ rule, value, root, path }) =>
    Object.entries(rule as Record<string, Schema>).flatMap(([name, schema]) =>
      isObject(value) && Object.hasOwn(value, name)
        ? schemaMistakes(schema, value[name], root, `${path}.${name}`)
        : [],
    ),
  additionalProperties: ({ rule, value, schema, root, path }) => {
    const known = Object.keys((schema.properties ?? {}) as object);
    const patterns = patternsOf(schema);
    const names = isObject(value) ? Object.keys(value) : [];
    return names
      .filter((name) => !known.includes(name) && !patterns.some((pattern) => pattern.test(name)))
      .flatMap((name) =>
        rule === false
          ? [`${path}.${name} is not known`]
          : schemaMistakes(rule as Schema, (value as Schema)[name], root, `${path}.${name}`),
      );
  },
  /** Which names may stand there; additionalProperties refuses the others. Of their values it says nothing here. */
  patternProperties: ({ rule }) => {
    for (const schema of Object.values(rule as object)) {
      if (Object.keys(schema as object).length > 0)
        throw new TypeError('patternProperties of values are not known');
    }
    return [];
  },
  allOf: ({ rule, value, root, path }) =>
    (rule as Schema[]).flatMap((schema) => schemaMistakes(schema, value, root, path)),
  if: ({ rule, value, schema, root, path }) =>
    schemaMistakes(rule as Schema, value, root, path).length === 0
      ? schemaMistakes(schema.then as Schema, value, root, path)
      : [],
  anyOf: ({ rule, value, root, path }) =>
    unless(
      (rule as Schema[]).some((schema) => schemaMistakes(schema, value, root, path).length === 0),
      `${path} is as none of anyOf say`,
    ),
  oneOf: ({ rule, value, root, path }) => {
    const matching = (rule as Schema[]).filter((schema) => schemaMistakes(schema, value, root).length === 0);
    return unless(matching.length === 1, `${path} is as ${matching.length} of oneOf say, not as one`);
  },
  $ref: ({ rule, value, root, path }) => {
    if (/^[a-z-]+\.json$/.test(String(rule))) {
      const other = JSON.parse(readFileSync(join(FOLDER, String(rule)), 'utf8')) as Schema;
      return schemaMistakes(other, value, other, path);
    }
    const name = /^#\/\$defs\/(\w+)$/.exec(String(rule))?.[1] ?? '';
    const schema = (root.$defs as Record<string, Schema> | undefined)?.[name];
    if (schema === undefined) throw new TypeError(`There is no ${rule}`);
    return schemaMistakes(schema, value, root, path);
  },
};

function patternsOf(schema: Schema): RegExp[] {
  return Object.keys((schema.patternProperties ?? {}) as object).map((pattern) => new RegExp(pattern, 'u'));
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      throw new TypeError(`The type ${type} is not known`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unless(isFine: boolean, mistake: string): string[] {
  return isFine ? [] : [mistake];
}
