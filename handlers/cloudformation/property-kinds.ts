import { ProviderError } from '../errors.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/** A value that was read, or why it could not be, where «allowed is …» would say too little. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because?: string };

/** How a value stands in a template, in the words of JSON Schema: for the documentation, and for editors. */
export type ValueShape =
  | { readonly type: 'string'; readonly enum?: readonly string[] }
  | { readonly type: 'boolean' }
  | {
      readonly type: 'integer' | 'number';
      readonly minimum: number;
      readonly maximum: number;
      readonly multipleOf?: number;
    }
  | {
      readonly type: 'array';
      readonly minItems?: number;
      readonly maxItems: number;
      /** Default: they have a schema of their own. */
      readonly items?: ValueShape;
    }
  | { readonly type: 'object' };

/** A kind of property value: how it is read from what CloudFormation sends, and what it may be, in words. */
export interface PropertyKind<T> {
  /** Completes «allowed is …». */
  readonly allowed: string;
  /** Its text may be a secret that was given by mistake, so messages tell its length only. Default false. */
  readonly secret?: boolean;
  /** Default: a text. */
  readonly shape?: ValueShape;
  read(given: unknown): Reading<T>;
}

/** No element of a list, entry of a map or text is longer, in characters: no name or reference comes near. */
const MAX_TEXT_CHARACTERS = 2048;
const MAX_ELEMENTS = 100;

/** A text that matches the pattern; `allowed` says what that means. */
export function text(pattern: RegExp, allowed: string, options?: { secret?: boolean }): PropertyKind<string> {
  return {
    allowed,
    secret: options?.secret ?? false,
    read: (given) =>
      typeof given === 'string' && given.length <= MAX_TEXT_CHARACTERS && pattern.test(given)
        ? accepted(given)
        : refused(),
  };
}

/** One of several words, as a template writes them: case counts. */
export function oneOf<const T extends string>(...words: readonly T[]): PropertyKind<T> {
  return {
    allowed: `one of ${words.join(', ')}`,
    shape: { type: 'string', enum: words },
    read: (given) => {
      const value = words.find((word) => word === given);
      return value === undefined ? refused() : accepted(value);
    },
  };
}

/** CloudFormation sends `true` as "true". */
export function boolean(): PropertyKind<boolean> {
  return {
    allowed: 'true or false',
    shape: { type: 'boolean' },
    read: (given) => {
      if (given === true || given === 'true') return accepted(true);
      if (given === false || given === 'false') return accepted(false);
      return refused();
    },
  };
}

/** A whole number from `min` to `max`, both included; CloudFormation sends 3 as "3". */
export function integer(min: number, max: number): PropertyKind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    shape: { type: 'integer', minimum: min, maximum: max },
    read: (given) => {
      const number = typeof given === 'string' && /^-?\d{1,15}$/.test(given) ? Number(given) : given;
      const inRange =
        typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max;
      // -0 is 0 to whoever writes it, and not to deepEqual.
      return inRange ? accepted(number === 0 ? 0 : number) : refused();
    },
  };
}

/** A list, each element of one kind. */
export function list<T>(element: PropertyKind<T>): PropertyKind<readonly T[]> {
  return {
    allowed: `a list of at most ${MAX_ELEMENTS}, each ${element.allowed}`,
    secret: element.secret ?? false,
    shape: { type: 'array', maxItems: MAX_ELEMENTS, items: element.shape ?? { type: 'string' } },
    read: (given) => {
      if (!Array.isArray(given) || given.length > MAX_ELEMENTS) return refused();
      const values: T[] = [];
      for (const [index, item] of given.entries()) {
        const reading = element.read(item);
        if (!reading.ok) {
          return refused(`element ${index + 1} is not ${reading.because ?? element.allowed}`);
        }
        values.push(reading.value);
      }
      return accepted(values);
    },
  };
}

/** A map from any name to values of one kind. */
export function map<T>(entry: PropertyKind<T>): PropertyKind<ReadonlyMap<string, T>> {
  return {
    allowed: `a map of at most ${MAX_ELEMENTS}, each value ${entry.allowed}`,
    secret: entry.secret ?? false,
    shape: { type: 'object' },
    read: (given) => {
      if (typeof given !== 'object' || given === null || Array.isArray(given)) return refused();
      const entries = Object.entries(given);
      if (entries.length > MAX_ELEMENTS) return refused();
      const values = new Map<string, T>();
      for (const [name, item] of entries) {
        const reading = entry.read(item);
        if (!reading.ok) {
          return refused(`its ${JSON.stringify(name)} is not ${reading.because ?? entry.allowed}`);
        }
        values.set(name, reading.value);
      }
      return accepted(values);
    },
  };
}

/**
 * The ARN of a resource of one AWS service. What stands in its place may be the very secret that it should
 * have named, so it is not shown.
 */
export function arn(service: string, resourcePrefix: string): PropertyKind<string> {
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resourcePrefix}[\\w/+=.@:-]+$`);
  return text(pattern, `an ARN arn:<partition>:${service}:<region>:<account>:${resourcePrefix}…`, {
    secret: true,
  });
}

/**
 * An image reference, as `docker pull` takes it.
 * A URL may carry a password, so none is shown.
 */
export function imageReference(): PropertyKind<Reference> {
  const allowed = 'an image reference: [registry/]repository[:tag][@sha256:…]';
  return {
    allowed,
    read: (given) => {
      if (typeof given !== 'string' || given.length > MAX_TEXT_CHARACTERS) return refused();
      try {
        return accepted(parseReference(given));
      } catch (error) {
        if (error instanceof ProviderError) return refused(error.message);
        throw error;
      }
    },
  };
}

export function accepted<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function refused(because?: string): Reading<never> {
  return because === undefined ? { ok: false } : { ok: false, because };
}
