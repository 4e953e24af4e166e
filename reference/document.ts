import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from './error-codes.ts';
import { propertiesJsonSchema, templateJsonSchema } from './json-schema.ts';
import { code, table } from './markdown.ts';
import { nestedTable, propertyTable } from './property-table.ts';
import { type Regions, withRegions } from './regions.ts';
import type { ResourceTypeReference } from './resource-type.ts';
import { resourceTypes } from './resource-types.ts';
import { serviceProperties } from './service-properties.ts';

const ROOT = join(import.meta.dirname, '..');

/** A file of the documentation that is generated, or holds something that is. */
export interface Document {
  /** From the project's root. */
  readonly path: string;
  /** What it should hold, by what it holds outside of its regions. */
  expected(): string;
}

/** Every document, as the definitions of the code have it. */
export function documents(): readonly Document[] {
  return [
    ...resourceTypes.map((type) => page(`docs/resource-types/${type.name}.md`, typeRegions(type))),
    page('docs/errors.md', { codes: errorTable() }),
    page('docs/service-properties.md', { 'service properties': servicePropertyTable() }),
    ...resourceTypes.map((type) => schema(`docs/schemas/${type.name}.json`, propertiesJsonSchema(type))),
    schema('docs/schemas/template.json', templateJsonSchema(resourceTypes)),
  ];
}

function page(path: string, regions: Regions): Document {
  return { path, expected: () => withRegions(readFileSync(join(ROOT, path), 'utf8'), regions) };
}

function schema(path: string, content: object): Document {
  return { path, expected: () => `${JSON.stringify(content, undefined, 2)}\n` };
}

function typeRegions(type: ResourceTypeReference): Regions {
  return {
    properties: propertyTable(type),
    ...Object.fromEntries((type.nested ?? []).map(({ name, schema }) => [name, nestedTable(schema)])),
    attributes: table(['attribute', 'what it says'], entries(type.attributes)),
    errors: table(['code', 'most often'], entries(type.errors)),
  };
}

function errorTable(): string {
  return table(
    ['code', 'what it says', 'what to do'],
    Object.entries(errorCodes).map(([name, { says, whatToDo }]) => [code(name), says, whatToDo]),
  );
}

function servicePropertyTable(): string {
  return table(
    ['property', 'in CDK', 'default', 'value', 'what it does'],
    Object.entries(serviceProperties).map(([name, { prop, defaultValue, value, description }]) => [
      code(name),
      code(prop),
      defaultValue,
      value,
      description,
    ]),
  );
}

function entries(texts: Readonly<Partial<Record<string, string>>>): string[][] {
  return Object.entries(texts).map(([name, text = '']) => [code(name), text]);
}
