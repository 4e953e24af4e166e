import type { ValueShape } from '../handlers/cloudformation/property-kinds.ts';
import { plain } from './markdown.ts';
import { requestProperties } from './request-properties.ts';
import type { InnerProperties, ResourceTypeReference } from './resource-type.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** `{"Ref": …}` and its like: where one stands, only the deployment knows the value. */
const INTRINSIC: JsonSchema = {
  description: 'A function of CloudFormation in its long form, as {"Ref": "Repository"}',
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  patternProperties: { '^(Ref|Fn::[A-Za-z0-9]+)$': {} },
  additionalProperties: false,
};
const INTRINSIC_REFERENCE: JsonSchema = { $ref: '#/$defs/intrinsic' };

/**
 * A JSON Schema of a type's properties, for editors: names, types, words and ranges. What a text must look like is left
 * to the service, since an editor takes `!Ref Repository` for the text `Repository`.
 */
export function propertiesJsonSchema({ type, schema, within = {} }: ResourceTypeReference): JsonSchema {
  return {
    $schema: DIALECT,
    title: `The properties of ${type}`,
    ...objectSchema({ schema: { ...schema, ...requestProperties }, within }),
    $defs: { intrinsic: INTRINSIC },
  };
}

/** A JSON Schema of a template, in which the properties of these types are known, and nothing is said of others. */
export function templateJsonSchema(types: readonly ResourceTypeReference[]): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'A CloudFormation template with resources of deploytime',
    type: 'object',
    properties: {
      Resources: {
        type: 'object',
        additionalProperties: {
          allOf: types.map(({ type, name }) => ({
            if: { type: 'object', properties: { Type: { const: type } }, required: ['Type'] },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { properties: { Properties: { $ref: `${name}.json` } }, required: ['Properties'] },
          })),
        },
      },
    },
  };
}

function objectSchema({ schema, within = {} }: InnerProperties): JsonSchema {
  const properties = Object.entries(schema).map(([name, { kind, defaultValue, description }]) => [
    name,
    {
      description: plain(description),
      ...(defaultValue !== undefined && { default: defaultValue }),
      anyOf: [
        ...valueSchemas(kind.shape ?? { type: 'string' }, (within[name] ?? []).map(objectSchema)),
        INTRINSIC_REFERENCE,
      ],
    },
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: Object.entries(schema).flatMap(([name, { presence }]) =>
      presence === 'required' ? [name] : [],
    ),
    additionalProperties: false,
  };
}

/**
 * What a value may be, besides an intrinsic. CloudFormation takes `"3"` for 3 and `"true"` for true, and YAML makes
 * numbers of texts that look like some.
 */
function valueSchemas(shape: ValueShape, within: readonly JsonSchema[]): readonly JsonSchema[] {
  switch (shape.type) {
    case 'string':
      return shape.enum === undefined ? [{ type: 'string' }, { type: 'number' }] : [shape];
    case 'boolean':
      return [shape, { enum: ['true', 'false'] }];
    case 'integer':
      return [shape, { type: 'string', pattern: '^-?\\d{1,15}$' }];
    case 'number':
      return [shape, { type: 'string', pattern: '^\\d{1,3}(\\.\\d{1,2})?$' }];
    case 'array': {
      const { items, ...list } = shape;
      const elements = within.length > 0 ? within : valueSchemas(items ?? { type: 'string' }, []);
      return [{ ...list, items: { anyOf: [...elements, INTRINSIC_REFERENCE] } }];
    }
    case 'object':
      return within.length > 0 ? within : [shape];
  }
}
