import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Account } from './account.ts';
import { LocalError } from './local-error.ts';
import { findStack } from './stack-events.ts';
import { waitFor } from './wait-for.ts';

/** The stack of what stands in for Application Auto Scaling. */
export const SCALABLE_TARGETS_STACK = 'deploytime-example-scalable-targets';

/** The functions that ask it. */
const ASKING_FUNCTIONS = ['deploytime-scheduled-scaling', 'deploytime-scaling-step'];
const ENDPOINT_VARIABLE = 'AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING';
const STAGE = 'local';
const STACK_LIMIT_MS = 60_000;

/**
 * MiniStack has no Application Auto Scaling, which the service asks whether an ECS service has a scalable target.
 * There, an API of the account's own answers that none has; the service's functions are told where it is.
 * @returns whether the account needed that.
 */
export async function standInForScalableTargets(account: Account, signal: AbortSignal): Promise<boolean> {
  if (await hasAutoScaling(account, signal)) return false;
  const endpoint = await createEmptyAnswer(account, signal);
  for (const name of ASKING_FUNCTIONS) await pointTo(account, name, endpoint, signal);
  return true;
}

/** What MiniStack says to a service that it does not have is no JSON. */
async function hasAutoScaling({ autoScaling }: Account, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }), { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalError(`Application Auto Scaling can't be asked in the account: ${reason}`, undefined, {
      cause: error,
    });
  }
}

/** An API that answers `{}` to everything: a list of nothing. */
const TEMPLATE = {
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: SCALABLE_TARGETS_STACK } },
    Post: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        HttpMethod: 'POST',
        AuthorizationType: 'NONE',
        Integration: { Type: 'MOCK' },
      },
    },
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: 'Post',
      Properties: { RestApiId: { Ref: 'Api' }, StageName: STAGE },
    },
  },
  Outputs: { Id: { Value: { Ref: 'Api' } } },
};

/** @returns the API's address. */
async function createEmptyAnswer(account: Account, signal: AbortSignal): Promise<string> {
  const { cloudFormation, endpoint } = account;
  const StackName = SCALABLE_TARGETS_STACK;
  const TemplateBody = JSON.stringify(TEMPLATE);
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }), { abortSignal: signal });
  const stack = await waitFor(
    { what: `the stack ${StackName}`, limitMs: STACK_LIMIT_MS, signal },
    async () => {
      const found = await findStack(cloudFormation, StackName, signal);
      return found?.status.endsWith('_IN_PROGRESS') ? undefined : found;
    },
  );
  if (stack.status === 'CREATE_COMPLETE') {
    return `${endpoint.origin}/_aws/execute-api/${stack.outputs.Id}/${STAGE}`;
  }
  throw new LocalError(`the stack ${StackName} is in ${stack.status}: look at its events`);
}

async function pointTo(
  { lambda }: Account,
  FunctionName: string,
  endpoint: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }), {
    abortSignal,
  });
  const Variables = { ...Environment?.Variables, [ENDPOINT_VARIABLE]: endpoint };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }), {
    abortSignal,
  });
}
