import { accepted, type PropertyKind, refused } from '../../cloudformation/property-kinds.ts';

/** A property's own properties, as received: each is read by a schema of its own. */
export type Fields = Readonly<Record<string, unknown>>;

/** A map whose values are read one by one, each with its own path in a message. */
export function fields(what: string): PropertyKind<Fields> {
  return {
    allowed: `a map of ${what}`,
    shape: { type: 'object' },
    read: (given) => (isFields(given) ? accepted(given) : refused()),
  };
}

/** A list whose elements are read one by one, each with its own path in a message. */
export function elements(what: string, min: number, max: number): PropertyKind<readonly unknown[]> {
  const allowed = `a list of ${min} to ${max} ${what}`;
  return {
    allowed,
    shape: { type: 'array', minItems: min, maxItems: max },
    read: (given) => {
      if (!Array.isArray(given)) return refused();
      if (given.length >= min && given.length <= max) return accepted(given);
      return refused(`it has ${given.length} elements, allowed is ${allowed}`);
    },
  };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
