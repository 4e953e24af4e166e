import type { PropertyKind } from '../handlers/cloudformation/property-kinds.ts';
import { alternatives, code, escaped, table } from './markdown.ts';
import { requestProperties } from './request-properties.ts';
import type { ResourceTypeReference, Schema } from './resource-type.ts';

const HEAD = ['property', 'default', 'value', 'what it does'];

/** The table of a type's properties; those that every type has stand at its end. */
export function propertyTable({ schema, name, common = {} }: ResourceTypeReference): string {
  const { ServiceToken, ServiceTimeout, DeploymentId } = requestProperties;
  const named = `It ends in ${code(`function:deploytime-${name}`)}.`;
  return nestedTable({
    ...schema,
    ServiceToken: saying(ServiceToken, named),
    ServiceTimeout: saying(ServiceTimeout, common.ServiceTimeout),
    DeploymentId: saying(DeploymentId, common.DeploymentId),
  });
}

function saying(property: Schema[string], more = ''): Schema[string] {
  return { ...property, description: `${property.description} ${more}`.trim() };
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
