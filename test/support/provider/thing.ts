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

/** Things that are really made and removed, in memory, and a Create that can be held up. */
export function startThings() {
  const made = new Map<string, number>();
  let gate: { arrive: () => void; released: Promise<void>; release: () => void } | undefined;
  const make = async ({ Name, Size }: ThingProperties): Promise<Answer> => {
    made.set(`thing-${Name}`, Size);
    return plain({ Name, Size });
  };
  const resource: Resource<ThingProperties> = {
    type: 'Custom::Thing',
    schema: thingSchema,
    create: async (_request, properties, { signal }) => {
      gate?.arrive();
      await gate?.released;
      signal.throwIfAborted();
      return make(properties);
    },
    update: async (_request, properties) => make(properties),
    delete: async ({ physicalResourceId }) => void made.delete(physicalResourceId),
  };
  return {
    resource,
    names: () => Object.fromEntries(made),
    clear: () => made.clear(),
    release: () => gate?.release(),
    hold: () => {
      const arrival = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      gate = { arrive: arrival.resolve, released: release.promise, release: release.resolve };
      return { reached: arrival.promise, release: release.resolve };
    },
  };
}
