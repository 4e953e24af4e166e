import { Aws, Fn, type IResolvable, Token } from 'aws-cdk-lib';

/*
 * Properties of the service that a template's parameter holds: only a deployment knows their values, and an empty one
 * means that none was given. A list is one such text, with commas between. packaging/template-parameters.ts makes such parameters, and a condition for each.
 */

/** The properties that may be left empty. */
export type LateProperty =
  | 'AlarmTopicArn'
  | 'EndpointOverride'
  | 'Network'
  | 'PermissionsBoundary'
  | 'Qualifier'
  | 'ReadableRegistries'
  | 'RepositoryPattern';

/** Whether only a deployment knows the value, or a part of it. */
export function isLate(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(isLate);
}

/** The name of the condition in the template that the property was given. */
export function givenCondition(property: LateProperty): string {
  return `Has${property}`;
}

/** @param otherwise Default: nothing, as if whatever takes this were not there. */
export function ifGiven(
  property: LateProperty,
  value: unknown,
  otherwise: unknown = Aws.NO_VALUE,
): IResolvable {
  return Fn.conditionIf(givenCondition(property), value, otherwise);
}
