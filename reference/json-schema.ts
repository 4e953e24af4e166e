import type { ValueShape } from '../handlers/cloudformation/property-kinds.ts';
import {
  documentDbCapacitySchema,
  ecsCapacitySchema,
  stepSchema,
} from '../handlers/scaling/plan/capacity-properties.ts';
import { boundsSchema, SCHEDULED_SCALING_TYPE } from '../handlers/scaling/plan/plan-properties.ts';
import { scenarioSchema } from '../handlers/scaling/plan/scenario-properties.ts';
import { plain } from './markdown.ts';
import { requestProperties } from './request-properties.ts';
import type { ResourceTypeReference, Schema } from './resource-type.ts';

type JsonSchema = Readonly<Record<string, unknown>>;
/** The schemas of what is within a property, by its name. */
type Within = Readonly<Record<string, JsonSchema>>;

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
export function propertiesJsonSchema({ type, schema }: ResourceTypeReference): JsonSchema {
  const within = type === SCHEDULED_SCALING_TYPE ? planProperties() : {};
  return {
    $schema: DIALECT,
    title: `The properties of ${type}`,
    ...objectSchema({ ...schema, ...requestProperties }, within),
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

function planProperties(): Within {
  const step = stepSchema();
  const after = (schema: Schema) => ({ After: objectSchema(schema) });
  const steps = [documentDbCapacitySchema, ecsCapacitySchema].map((capacity) =>
    objectSchema({ ...step, ...capacity }, after(capacity)),
  );
  const scenario = objectSchema(scenarioSchema, { Steps: { anyOf: steps } });
  return { Bounds: objectSchema(boundsSchema), Scenarios: scenario };
}

function objectSchema(schema: Schema, within: Within = {}): JsonSchema {
  const properties = Object.entries(schema).map(([name, { kind, defaultValue, description }]) => [
    name,
    {
      description: plain(description),
      ...(defaultValue !== undefined && { default: defaultValue }),
      ...valueSchema(kind.shape ?? { type: 'string' }, within[name]),
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

function valueSchema(shape: ValueShape, within: JsonSchema | undefined): JsonSchema {
  return { anyOf: [...plainValueSchemas(shape, within), INTRINSIC_REFERENCE] };
}

/** CloudFormation takes `"3"` for 3 and `"true"` for true. YAML makes numbers of texts that look like some. */
function plainValueSchemas(shape: ValueShape, within: JsonSchema | undefined): readonly JsonSchema[] {
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
      const element =
        items === undefined ? [within ?? { type: 'string' }] : plainValueSchemas(items, undefined);
      return [{ ...list, items: { anyOf: [...element, INTRINSIC_REFERENCE] } }];
    }
    case 'object':
      return [within ?? shape];
  }
}
