import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What AWS publishes of the actions that the service's roles name: https://docs.aws.amazon.com/service-authorization/,
 * and https://servicereference.us-east-1.amazonaws.com/ as data. To renew service-reference.json, or for another action,
 * take the same fields from there.
 */

interface PublishedAction {
  /** Beside those of the resources. */
  readonly conditionKeys: readonly string[];
  /** Resource types of which a request always has one. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Keys that this action has for a resource type, beside the type's own. */
  readonly conditionKeysByType?: Readonly<Record<string, readonly string[]>>;
}

interface PublishedResourceType {
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

interface ServiceReference {
  readonly source: string;
  readonly date: string;
  readonly actions: Readonly<Record<string, PublishedAction>>;
  /** By service and type, `rds:db`. */
  readonly resourceTypes: Readonly<Record<string, PublishedResourceType>>;
}

const REFERENCE: ServiceReference = JSON.parse(
  readFileSync(join(import.meta.dirname, 'service-reference.json'), 'utf8'),
);

export const PUBLISHED_ACTIONS = Object.keys(REFERENCE.actions);

/** @throws Error for an action that service-reference.json does not have. */
function published(action: string): PublishedAction {
  const found = REFERENCE.actions[action];
  if (found !== undefined) return found;
  throw new Error(`service-reference.json has no ${action}; add it from AWS's service reference`);
}

/** The resource types that an action can be limited to. */
export function typesOf(action: string): readonly string[] {
  const { required, optional } = published(action);
  return [...required, ...optional];
}

export function requiredTypesOf(action: string): readonly string[] {
  return published(action).required;
}

/** Whether an ARN of a policy, with its wildcards, can be one of this type. */
export function isOfType(arn: string, action: string, type: string): boolean {
  if (arn === '*') return true;
  const [service = ''] = action.split(':');
  const pattern = REFERENCE.resourceTypes[`${service}:${type}`]?.arn ?? '';
  const [, , arnService, , , ...resource] = arn.split(':');
  const [, , typeService, , , ...typeResource] = pattern.split(':');
  const [prefix = ''] = typeResource.join(':').split('${');
  return arnService === typeService && resource.join(':').startsWith(prefix);
}

/** Whether a request for this action on such a resource carries the key, so that a condition on it can hold. */
export function hasConditionKey(action: string, type: string | undefined, key: string): boolean {
  const { conditionKeys, conditionKeysByType = {} } = published(action);
  const [service = ''] = action.split(':');
  const keys = [
    ...conditionKeys,
    ...(type === undefined ? [] : (conditionKeysByType[type] ?? [])),
    ...(type === undefined ? [] : (REFERENCE.resourceTypes[`${service}:${type}`]?.conditionKeys ?? [])),
  ];
  return keys.some((known) => matches(known, key));
}

/** `aws:ResourceTag/${TagKey}` stands for the tag of any key. Case does not count. */
function matches(known: string, key: string): boolean {
  const [prefix = '', variable] = known.toLowerCase().split('${');
  const given = key.toLowerCase();
  return variable === undefined ? given === prefix : given.startsWith(prefix) && given !== prefix;
}
