import { Aws, Fn, type IResolvable, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/*
 * Properties of the service that a template's parameter holds: only a deployment knows their values, and an empty one
 * means that none was given. A list is one such text, with commas between. packaging/template-parameters.ts makes such
 * parameters, and a condition for each.
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

/** Whether only a deployment knows the value, or a part of it: an item of a list or of a plain object. */
export function isLate(value: unknown): boolean {
  return Token.isUnresolved(value) || (isPlain(value) && Object.values(value).some(isLate));
}

/** Whether the value is a parameter of the template, which may be left empty: there is a condition that tells. */
export function mayBeEmpty(scope: IConstruct, value: unknown): boolean {
  return isLate(value) && hasConditions(scope);
}

/** What is handed on as it is: in an app it may be of a VPC, or a topic, of the same app. */
const HANDED_ON: readonly string[] = ['alarmTopicArn', 'network'];

/** @throws Error for a value that only a deployment knows, where the template has no conditions for it. */
export function checkLate(scope: IConstruct, properties: object): void {
  if (hasConditions(scope)) return;
  const [name] =
    Object.entries(properties).find(([each, value]) => !HANDED_ON.includes(each) && isLate(value)) ?? [];
  if (name === undefined) return;
  throw new Error(
    `${name} is a token; a property of the service must be known at synthesis. The template that comes with the package has parameters for them`,
  );
}

function hasConditions(scope: IConstruct): boolean {
  return Stack.of(scope).node.tryFindChild(givenCondition('Qualifier')) !== undefined;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
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
