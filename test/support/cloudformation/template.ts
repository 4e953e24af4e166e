import type { WireProperties, WireValue } from './wire.ts';

/** A value of a template. References are CloudFormation's own: `{Ref}` and `{'Fn::GetAtt': [id, attribute]}`. */
export type TemplateValue =
  | string
  | number
  | boolean
  | readonly TemplateValue[]
  | { readonly [name: string]: TemplateValue };

export type TemplateProperties = Readonly<Record<string, TemplateValue>>;

export interface ResourceDefinition {
  /** `Custom::…`, `AWS::CloudFormation::CustomResource`, or BUILT_IN_TYPE. */
  readonly type: string;
  /** A custom resource's ServiceToken is among them. */
  readonly properties: TemplateProperties;
  /** Logical ids that must be done first, besides those it refers to. */
  readonly dependsOn?: readonly string[];
  /** What happens when the resource leaves the stack. Default `Delete`. */
  readonly deletionPolicy?: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
  /** What happens to the former resource after a replacement. Default `Delete`. */
  readonly updateReplacePolicy?: 'Delete' | 'Retain';
}

/** Logical id → resource. */
export type Template = Readonly<Record<string, ResourceDefinition>>;

/**
 * A resource that the sequencer plays itself, as it were one of AWS's own: it asks no provider, gives its
 * properties back as attributes, and fails where a deployment says so.
 */
export const BUILT_IN_TYPE = 'Sequencer::Value';

/** What references resolve against: the resources as they are now. */
export interface ResolvedResource {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export function ref(logicalId: string): TemplateValue {
  return { Ref: logicalId };
}

export function getAtt(logicalId: string, attribute: string): TemplateValue {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

/**
 * The logical ids, each after everything it refers to or depends on; otherwise in the template's order.
 * @throws Error where resources depend on each other in a circle, or on one that is not there.
 */
export function deploymentOrder(template: Template): string[] {
  const order: string[] = [];
  const visiting = new Set<string>();
  const visit = (logicalId: string): void => {
    if (order.includes(logicalId)) return;
    if (visiting.has(logicalId))
      throw new Error(`Circular dependency: ${[...visiting, logicalId].join(' → ')}`);
    visiting.add(logicalId);
    for (const dependency of dependenciesOf(template, logicalId)) visit(dependency);
    visiting.delete(logicalId);
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(template)) visit(logicalId);
  return order;
}

/** @throws Error where the template has no resource of this name. */
export function dependenciesOf(template: Template, logicalId: string): string[] {
  const resource = template[logicalId];
  if (!resource) throw new Error(`The template has no resource ${logicalId}`);
  const referred = references(resource.properties).map((reference) => reference.logicalId);
  return [...new Set([...referred, ...(resource.dependsOn ?? [])])];
}

/** The attributes that a template asks this resource for. */
export function attributesAskedFor(template: Template, logicalId: string): string[] {
  const asked = Object.values(template)
    .flatMap((resource) => references(resource.properties))
    .filter((reference) => reference.logicalId === logicalId)
    .flatMap((reference) => reference.attribute ?? []);
  return [...new Set(asked)];
}

/**
 * The properties as they go on the wire: references replaced by values, scalars by strings.
 * @throws Error naming the attribute that the resource it was asked of did not answer with, in CloudFormation's words.
 */
export function resolveProperties(
  properties: TemplateProperties,
  resources: ReadonlyMap<string, ResolvedResource>,
): WireProperties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, resolveValue(value, resources)]),
  );
}

function resolveValue(value: unknown, resources: ReadonlyMap<string, ResolvedResource>): WireValue {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, resources));
  if (typeof value === 'object' && value !== null) {
    const reference = asReference(value);
    if (reference) return resolveReference(reference, resources);
    return resolveProperties(value as TemplateProperties, resources);
  }
  return String(value);
}

function resolveReference(
  { logicalId, attribute }: Reference,
  resources: ReadonlyMap<string, ResolvedResource>,
): WireValue {
  const resource = resources.get(logicalId);
  if (!resource) throw new Error(`Unresolved reference to ${logicalId}`);
  if (attribute === undefined) return resource.physicalId;
  if (!Object.hasOwn(resource.attributes, attribute)) {
    throw new Error(`Vendor response doesn't contain ${attribute} attribute in object ${logicalId}`);
  }
  return resolveValue(resource.attributes[attribute], resources);
}

interface Reference {
  readonly logicalId: string;
  readonly attribute?: string;
}

function references(value: unknown): Reference[] {
  if (typeof value !== 'object' || value === null) return [];
  const reference = asReference(value);
  return reference ? [reference] : Object.values(value).flatMap(references);
}

function asReference(value: object): Reference | undefined {
  const entries: [string, unknown][] = Object.entries(value);
  const [key, target] = entries[0] ?? [];
  if (entries.length !== 1) return undefined;
  if (key === 'Ref' && typeof target === 'string') return { logicalId: target };
  if (key !== 'Fn::GetAtt' || !Array.isArray(target)) return undefined;
  const [logicalId, attribute]: unknown[] = target;
  return { logicalId: String(logicalId), attribute: String(attribute) };
}
