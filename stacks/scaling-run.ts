import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeFinding } from './finding.ts';
import { acknowledgeWildcards, policyStatements } from './permissions/permission.ts';
import { scalingRunPermissions } from './permissions/scaling-run-permissions.ts';
import { scalingRunDefinition } from './scaling-run-definition.ts';
import { scalingResourceName } from './service-name.ts';

export interface ScalingRunProps {
  readonly qualifier?: string;
  /** `deploytime-scaling-step`. */
  readonly step: IFunction;
}

/** The state machine of a run, with a role that may ask the one function. */
export class ScalingRun extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { qualifier, step }: ScalingRunProps) {
    super(scope, id);
    const name = scalingResourceName('scaling-run', qualifier);
    const definition = scalingRunDefinition({ stepFunctionArn: step.functionArn });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: name,
      // Only a standard one waits for hours, is started once under a name, and shows what it did for 90 days.
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role: this.#role(name, step).withoutPolicyUpdates(),
      tracingEnabled: true,
    });
    acknowledgeFinding(this.stateMachine, {
      id: 'AwsSolutions::AwsSolutions-SF1',
      reason:
        'Step Functions itself keeps each event of an execution, with input, output and error, for 90 days, and the function logs each step. A log of its own would need a role that may change the log deliveries and resource policies of the whole account.',
    });
  }

  #role(name: string, step: IFunction): Role {
    const permissions = scalingRunPermissions(step);
    const role = new Role(this, 'Role', {
      description: `What ${name} may do`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: { own: new PolicyDocument({ statements: policyStatements(permissions) }) },
    });
    acknowledgeWildcards(role, permissions);
    return role;
  }
}
