import { Stack } from 'aws-cdk-lib';
import {
  type CfnRole,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  type Role,
} from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeFinding } from '../finding.ts';
import { ifGiven, type LateProperty } from '../late-property.ts';

/** One statement of a role's policy. */
export interface Permission {
  readonly statement: PolicyStatementProps;
  /** Why its resources hold a wildcard, for a reviewer; required where they do. */
  readonly whyWildcard?: string;
  /** It is there where this property was given to the template. Default: always. */
  readonly onlyWith?: LateProperty;
}

/** Those that are there whatever properties were given. */
export function unconditional(permissions: readonly Permission[]): Permission[] {
  return permissions.filter(({ onlyWith }) => onlyWith === undefined);
}

/**
 * Adds the policies that a role has only with certain properties, one for each. In a template a statement can't have a
 * condition, but a policy of a role can.
 */
export function addConditionalPolicies(role: Role, permissions: readonly Permission[]): void {
  const resource = role.node.defaultChild as CfnRole;
  for (const property of new Set(permissions.map(({ onlyWith }) => onlyWith))) {
    if (property === undefined) continue;
    const own = permissions.filter(({ onlyWith }) => onlyWith === property);
    const document = new PolicyDocument({ statements: policyStatements(own) });
    const policies = resource.policies as CfnRole.PolicyProperty[];
    resource.policies = [...policies, ifGiven(property, { PolicyName: property, PolicyDocument: document })];
  }
}

export function policyStatements(permissions: readonly Permission[]): PolicyStatement[] {
  return permissions.map(({ statement }) => new PolicyStatement(statement));
}

/** Tells cdk-nag, for each wildcard that a permission explains, that it is meant, and why. */
export function acknowledgeWildcards(role: IConstruct, permissions: readonly Permission[]): void {
  const stack = Stack.of(role);
  const reasons = new Map<string, string[]>();
  for (const { statement, whyWildcard } of permissions) {
    if (whyWildcard === undefined) continue;
    for (const resource of statement.resources ?? []) {
      const arn = flatten(stack.resolve(resource));
      // cdk-nag tells resources apart, not statements: an ARN of two statements is one finding with two reasons.
      reasons.set(arn, [...(reasons.get(arn) ?? []), `${statement.sid}: ${whyWildcard}`]);
    }
  }
  for (const [arn, explained] of reasons) {
    acknowledgeFinding(role, {
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${arn}]`,
      reason: explained.join(' '),
    });
  }
}

/** An ARN as cdk-nag writes it in the id of a finding: `arn:<AWS::Partition>:…`, and other functions as JSON. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return `<${Ref}>`;
  if (Array.isArray(join?.[1])) return join[1].map(flatten).join(join[0]);
  return JSON.stringify(value);
}
