import assert from 'node:assert/strict';
import { ServiceStack, type ServiceStackProps } from '../../../stacks/service-stack.ts';
import { flatResources, quickApp, type TemplateResource } from '../synthesis.ts';

/** A statement of a policy in the template, its references written out flat. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** By their properties: several roles are looked at in one stack. */
const synthesized = new Map<string, Map<string, TemplateResource>>();

/** Everything that a role of the service stack may do. */
export function statementsOf(roleId: string, props: ServiceStackProps = {}): Statement[] {
  const key = JSON.stringify(props);
  const resources = synthesized.get(key) ?? flatResources(new ServiceStack(quickApp(), 'deploytime', props));
  synthesized.set(key, resources);
  const { Properties } = resources.get(roleId) ?? assert.fail(`The template has no ${roleId}`);
  assert.equal(Properties.ManagedPolicyArns, undefined, 'no managed policy grants more than this');
  const policies = Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** @param id Of the function's construct, as in `EcrImage`. */
export function ownLog(id: string): Statement {
  return {
    Sid: 'WriteOwnLog',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: `<${id}Log.Arn>`,
  };
}

export const TRACES: Statement = {
  Sid: 'SendTraces',
  Effect: 'Allow',
  Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  Resource: '*',
};

/** What every provider may do. */
export function providerStatements(id: string): Statement[] {
  return [
    ownLog(id),
    TRACES,
    {
      Sid: 'InvokeOnFailureDestination',
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: '<UndeliveredFunction.Arn>',
    },
  ];
}
