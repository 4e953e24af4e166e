import { type PropertiesOf, required, withDefault } from '../../../handlers/cloudformation/properties.ts';
import { integer, text } from '../../../handlers/cloudformation/property-kinds.ts';
import type { Operation, Resource } from '../../../handlers/cloudformation/resource.ts';
import type { Answer } from '../../../handlers/cloudformation/response.ts';

const thingSchema = {
  Name: required(text(/^[a-z]{1,1000}$/, 'lower-case letters'), 'Its name, and with it its physical id.'),
  Size: withDefault(integer(1, 10), '1', 'Its size.'),
};
type ThingProperties = PropertiesOf<typeof thingSchema>;

/** What a test makes a Thing do instead of the plain thing. */
export type Behaviour = (properties: ThingProperties, operation: Operation) => Promise<Answer>;

/** The smallest resource type: made at once, named by its property. Counts what it was asked to do. */
export function thing(behaviour: Behaviour = plain) {
  const calls: string[] = [];
  const resource: Resource<ThingProperties> = {
    type: 'Custom::Thing',
    schema: thingSchema,
    create: async (_request, properties, operation) => {
      calls.push('create');
      return behaviour(properties, operation);
    },
    update: async (_request, properties, operation) => {
      calls.push('update');
      return behaviour(properties, operation);
    },
    delete: async (_request, operation) => {
      calls.push('delete');
      await behaviour({ Name: 'deleted', Size: 1 }, operation);
    },
  };
  return { resource, calls };
}

async function plain({ Name, Size }: ThingProperties): Promise<Answer> {
  return { physicalResourceId: `thing-${Name}`, attributes: { Name, Size: String(Size) } };
}
