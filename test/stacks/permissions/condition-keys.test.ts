import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServiceStack, type ServiceStackProps } from '../../../stacks/service-stack.ts';
import { flatResources, quickApp, type TemplateResource } from '../synthesis.ts';
import {
  hasConditionKey,
  isOfType,
  PUBLISHED_ACTIONS,
  requiredTypesOf,
  typesOf,
} from './service-reference.ts';
import type { Statement } from './statements.ts';

/** With every property that adds a statement. */
const EVERYTHING: ServiceStackProps = {
  repositoryPattern: 'team/app-*',
  parameterPattern: '/team/*/tag',
  readableRegistries: ['222222222222.dkr.ecr.us-west-2.amazonaws.com'],
  scalableTargets: ['docdb/orders', 'ecs/prod/*'],
  network: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
};

/**
 * Keys that requests carry whatever the service.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
const KEYS_OF_ANY_REQUEST = [
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'lambda:SourceFunctionArn',
];

/** What AWS's reference does not list, and what we go by. */
const BEYOND_REFERENCE: readonly { readonly action: string; readonly arn: RegExp; readonly why: string }[] = [
  {
    action: 'lambda:ListLayerVersions',
    arn: /:layer:/,
    why: "AWS's own messages name the layer: keithrozario/Klayers#81, mooyoul/serverless-latest-layer-version#31",
  },
  {
    action: 'rds:ModifyDBInstance',
    arn: /:cluster:/,
    why: 'an instance of a cluster may ask for it as well; of a tagged cluster, and without the instance, it allows nothing',
  },
];

/** ARNs of what the template itself makes. */
const ARN_OF_RESOURCE: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'arn:aws:iam::111111111111:role/role',
  'AWS::Lambda::Function': 'arn:aws:lambda:eu-west-1:111111111111:function:function',
  'AWS::Logs::LogGroup': 'arn:aws:logs:eu-west-1:111111111111:log-group:group:*',
  'AWS::SQS::Queue': 'arn:aws:sqs:eu-west-1:111111111111:queue',
};

const resources = flatResources(new ServiceStack(quickApp(), 'deploytime', EVERYTHING));
const roles = [...resources].filter(([, { Type }]) => Type === 'AWS::IAM::Role');

function statementsIn({ Properties }: TemplateResource): Statement[] {
  const policies = Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function arnsOf({ Resource }: Statement): string[] {
  return [Resource].flat().map((arn) => {
    const id = /^<(.+)\.Arn>$/.exec(arn)?.[1];
    // A colon in a reference is none of the ARN's.
    if (id === undefined) return arn.replaceAll(/<AWS::(\w+)>/g, '$1');
    return ARN_OF_RESOURCE[resources.get(id)?.Type ?? ''] ?? assert.fail(`What is the ARN of ${id}?`);
  });
}

function keysOf({ Condition = {} }: Pick<Statement, 'Condition'>): string[] {
  return Object.values(Condition)
    .flatMap((keys) => Object.keys(keys))
    .filter((key) => !KEYS_OF_ANY_REQUEST.includes(key));
}

function isBeyondReference(action: string, arn: string): boolean {
  return BEYOND_REFERENCE.some((known) => known.action === action && known.arn.test(arn));
}

describe('every statement of every role', () => {
  for (const [id, role] of roles) {
    for (const statement of statementsIn(role)) {
      const actions = [statement.Action].flat();
      const name = `${statement.Sid} of ${id}`;

      it(`${name} is about resources that each of its actions can be limited to`, () => {
        for (const action of actions) {
          for (const arn of arnsOf(statement)) {
            const isLimitable = typesOf(action).some((type) => isOfType(arn, action, type));
            assert.ok(arn === '*' || isLimitable || isBeyondReference(action, arn), `${action} on ${arn}`);
          }
        }
      });

      it(`${name} has conditions that a request for each of its actions can meet`, () => {
        for (const key of keysOf(statement)) {
          for (const action of actions) {
            for (const arn of arnsOf(statement).filter((each) => !isBeyondReference(action, each))) {
              const types = typesOf(action).filter((type) => isOfType(arn, action, type));
              const isKnown = [...(types.length === 0 ? [undefined] : types)].every((type) =>
                hasConditionKey(action, type, key),
              );
              assert.ok(isKnown, `${action} on ${arn} has no ${key}`);
            }
          }
        }
      });
    }

    it(`of ${id} stands beside those that its actions need as well`, () => {
      const allowing = statementsIn(role).filter(({ Effect }) => Effect === 'Allow');
      for (const action of allowing.flatMap(({ Action }) => Action)) {
        const arns = allowing.filter(({ Action }) => [Action].flat().includes(action)).flatMap(arnsOf);
        for (const type of requiredTypesOf(action)) {
          assert.ok(
            arns.some((arn) => isOfType(arn, action, type)),
            `${action} asks for ${type}`,
          );
        }
      }
    });

    it(`of ${id}'s trust has conditions that any request can meet`, () => {
      const { Statement: trust } = role.Properties.AssumeRolePolicyDocument as { Statement: Statement[] };
      for (const statement of trust) assert.deepEqual(keysOf(statement), []);
    });
  }

  it('of the policies of queues has conditions that any request can meet', () => {
    const policies = [...resources.values()].filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy');
    assert.notEqual(policies.length, 0);
    for (const { Properties } of policies) {
      const { Statement: statements } = Properties.PolicyDocument as { Statement: Statement[] };
      for (const statement of statements) assert.deepEqual(keysOf(statement), []);
    }
  });
});

describe("AWS's service reference", () => {
  it('is kept for the actions that are used, and for no others', () => {
    const used = roles.flatMap(([, role]) => statementsIn(role).flatMap(({ Action }) => Action));
    assert.deepEqual([...new Set(used)].toSorted(), PUBLISHED_ACTIONS.toSorted());
  });

  it('is asked for each exception that we know better', () => {
    for (const { action, arn } of BEYOND_REFERENCE) {
      const statements = roles.flatMap(([, role]) => statementsIn(role));
      const arns = statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(arnsOf);
      const isNeeded = arns.some(
        (each) => arn.test(each) && !typesOf(action).some((type) => isOfType(each, action, type)),
      );
      assert.ok(isNeeded, `${action} is in the reference by now`);
    }
  });

  it('tells keys apart: a tag of a request is none of a deletion', () => {
    assert.equal(hasConditionKey('rds:CreateDBInstance', 'db', 'aws:RequestTag/deploytime:plan'), true);
    assert.equal(hasConditionKey('rds:DeleteDBInstance', 'db', 'aws:RequestTag/deploytime:plan'), false);
    assert.equal(hasConditionKey('rds:DeleteDBInstance', 'db', 'aws:ResourceTag/deploytime:plan'), true);
    assert.equal(hasConditionKey('rds:ModifyDBCluster', 'cluster', 'rds:databaseclass'), true);
    const scalableTarget = ['application-autoscaling:RegisterScalableTarget', 'ScalableTarget'] as const;
    assert.equal(hasConditionKey(...scalableTarget, 'application-autoscaling:service-namespace'), true);
    assert.equal(hasConditionKey(...scalableTarget, 'application-autoscaling:namespace'), false);
  });

  it('tells resource types apart by their ARNs', () => {
    const rds = 'arn:aws:rds:eu-west-1:111111111111';
    assert.equal(isOfType(`${rds}:db:*`, 'rds:ModifyDBInstance', 'db'), true);
    assert.equal(isOfType(`${rds}:cluster:*`, 'rds:ModifyDBInstance', 'db'), false);
    assert.equal(isOfType(`${rds}:cluster-pg:*`, 'rds:ModifyDBCluster', 'cluster'), false);
  });
});
