import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeFinding } from '../finding.ts';

/** One statement of a role's policy. */
export interface Permission {
  readonly statement: PolicyStatementProps;
  /** Why its resources hold a wildcard, for a reviewer; required where they do. */
  readonly whyWildcard?: string;
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

/** An ARN as cdk-nag writes it in the id of a finding: `arn:<AWS::Partition>:…`. */
function flatten(
  value: string | { Ref: string } | { 'Fn::Join': [string, (string | { Ref: string })[]] },
): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  const [delimiter, parts] = value['Fn::Join'];
  return parts.map(flatten).join(delimiter);
}
