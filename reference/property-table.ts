import type { PropertyKind } from '../handlers/cloudformation/property-kinds.ts';
import { alternatives, code, escaped, table } from './markdown.ts';
import { requestProperties } from './request-properties.ts';
import type { ResourceTypeReference, Schema } from './resource-type.ts';

const HEAD = ['property', 'default', 'value', 'what it does'];

/** The table of a type's properties; those that every type has stand at its end. */
export function propertyTable({ schema, name, common }: ResourceTypeReference): string {
  const shared = Object.entries(requestProperties).map(([each, property]) => [
    each,
    {
      ...property,
      description: [
        property.description,
        ...(each === 'ServiceToken' ? [`It ends in ${code(`function:deploytime-${name}`)}.`] : []),
        ...(common?.[each as keyof typeof requestProperties] === undefined
          ? []
          : [common[each as keyof typeof requestProperties]]),
      ].join(' '),
    },
  ]);
  return nestedTable({ ...schema, ...(Object.fromEntries(shared) as Schema) });
}

/** The table of properties within a property. */
export function nestedTable(schema: Schema): string {
  return table(
    HEAD,
    Object.entries(schema).map(([name, { kind, presence, defaultValue, description }]) => [
      code(name),
      defaultValue === undefined ? (presence === 'required' ? 'required' : 'none') : code(defaultValue),
      allowed(kind),
      description,
    ]),
  );
}

function allowed(kind: PropertyKind<unknown>): string {
  const { shape } = kind;
  if (shape?.type === 'boolean') return alternatives(['true', 'false']);
  if (shape?.type === 'string' && shape.enum !== undefined) return alternatives(shape.enum);
  return escaped(kind.allowed);
}
