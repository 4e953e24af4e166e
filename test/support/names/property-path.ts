import { propertiesJsonSchema } from '../../../reference/json-schema.ts';
import type { ResourceTypeReference } from '../../../reference/resource-type.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Every property of a type by its path, as `Scenarios.Steps.After.State`. */
export function definedPaths(type: ResourceTypeReference): ReadonlySet<string> {
  return new Set(pathsOfSchema(propertiesJsonSchema(type)));
}

function pathsOfSchema(schema: Fields): string[] {
  const { properties = {}, anyOf = [], items } = schema;
  return [
    ...Object.entries(properties as Record<string, Fields>).flatMap(([name, inner]) => [
      name,
      ...pathsOfSchema(inner).map((path) => `${name}.${path}`),
    ]),
    ...(anyOf as Fields[]).flatMap(pathsOfSchema),
    ...(items === undefined ? [] : pathsOfSchema(items as Fields)),
  ];
}

/** Every property that is given, by its path; what a list has is at the path of the list. */
export function givenPaths(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(givenPaths);
  if (typeof value !== 'object' || value === null || isIntrinsic(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    name,
    ...givenPaths(inner).map((path) => `${name}.${path}`),
  ]);
}

function isIntrinsic(value: object): boolean {
  const [name = '', ...more] = Object.keys(value);
  return more.length === 0 && /^(?:Ref|Fn::\w+)$/.test(name);
}
