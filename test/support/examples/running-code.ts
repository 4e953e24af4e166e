import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import type { Account } from '../../../local/account.ts';

/** The image that a function has. */
export async function imageOfFunction({ lambda }: Account, FunctionName = ''): Promise<string | undefined> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  return Code?.ImageUri;
}

/** The image of the one container that a service runs. */
export async function imageOfService(
  { ecs }: Account,
  cluster = '',
  service = '',
): Promise<string | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
  );
  const [container, ...others] = taskDefinition?.containerDefinitions ?? [];
  return others.length === 0 ? container?.image : undefined;
}

/** What a function is made of besides its own code. */
export async function layersOfFunction({ lambda }: Account, FunctionName = '') {
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  return {
    layers: (Configuration?.Layers ?? []).map(({ Arn }) => Arn),
    description: Configuration?.Description,
  };
}

/** A function's answer to an event. @throws Error where the function fails. */
export async function invoke({ lambda }: Account, FunctionName: string, event: object): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${text}`);
  return JSON.parse(text);
}
