import type { COMMON_PROPERTIES } from '../handlers/cloudformation/properties.ts';
import type { PropertyKind } from '../handlers/cloudformation/property-kinds.ts';
import type { ErrorCode } from '../handlers/errors.ts';

/** A type's properties as its handler defines them. */
export type Schema = Readonly<
  Record<
    string,
    {
      readonly kind: PropertyKind<unknown>;
      readonly presence: 'required' | 'optional';
      readonly defaultValue?: string;
      readonly description: string;
    }
  >
>;

/** A table of properties within a property. */
export interface NestedTable {
  /** The name of its region in the page. */
  readonly name: string;
  readonly schema: Schema;
}

/** The properties of a map, or of a list's elements, which have a schema of their own. */
export interface InnerProperties {
  readonly schema: Schema;
  /** Default: nothing within has a schema of its own. */
  readonly within?: Within;
}

/** By the name of the property that they are within; of several, a template gives one. */
export type Within = Readonly<Record<string, readonly InnerProperties[]>>;

/**
 * What the reference of a resource type is made of: the handler's own definitions, and what only people need. A
 * property says itself what it does; an attribute or an error code that is left out, or that there isn't, is an error
 * of types.
 */
export interface ResourceTypeReference<Attribute extends string = string> {
  /** As in a template. */
  readonly type: `Custom::${string}`;
  /** Its page and its schema have this name, and its function after `deploytime-`. */
  readonly name: string;
  readonly schema: Schema;
  /** Default: none of the properties has any within. */
  readonly within?: Within;
  /** The tables of what is within, as a page shows them. Default: none. */
  readonly nested?: readonly NestedTable[];
  /** What each attribute says, in the order of the definition. */
  readonly attributes: Readonly<Record<Attribute, string>>;
  /** What the common properties do here, where there is more to say. Default: nothing. */
  readonly common?: Readonly<
    Partial<Record<Exclude<(typeof COMMON_PROPERTIES)[number], 'ServiceToken'>, string>>
  >;
  /** When each code is answered most often. Others are possible, and say the same everywhere. */
  readonly errors: Readonly<Partial<Record<ErrorCode, string>>>;
}
