import {
  type EnvironmentResponse,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  type LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { AwsCaller } from '../aws-caller.ts';
import { VERSION_VARIABLE } from '../service/service-name.ts';
import type { FunctionState } from './service-function.ts';

/** What a service token without a version calls; CloudFormation names it so where it sets its destination. */
const UNPUBLISHED = '$LATEST';

/** Functions in Lambda. `undefined` where there is nothing of the kind. */
export class LambdaServiceFunctions {
  readonly #client: LambdaClient;
  readonly #caller: AwsCaller;

  constructor(client: LambdaClient, region: string) {
    this.#client = client;
    this.#caller = new AwsCaller({ service: 'Lambda', region });
  }

  async find(name: string, signal: AbortSignal): Promise<FunctionState | undefined> {
    const found = await this.#find(
      (abortSignal) =>
        this.#client.send(new GetFunctionConfigurationCommand({ FunctionName: name }), { abortSignal }),
      { name, what: 'configuration', permission: 'lambda:GetFunctionConfiguration', signal },
    );
    return (
      found && {
        state: found.State ?? '',
        stateReason: found.StateReason ?? '',
        lastUpdate: found.LastUpdateStatus ?? '',
        lastUpdateReason: found.LastUpdateStatusReason ?? '',
        runtime: found.Runtime ?? '',
        architecture: found.Architectures?.[0] ?? '',
        version: versionIn(found.Environment),
      }
    );
  }

  /** The ARN of what receives the events that were given up. */
  async findFailureDestination(name: string, signal: AbortSignal): Promise<string | undefined> {
    const found = await this.#find(
      (abortSignal) =>
        this.#client.send(
          new GetFunctionEventInvokeConfigCommand({ FunctionName: name, Qualifier: UNPUBLISHED }),
          { abortSignal },
        ),
      { name, what: 'on-failure destination', permission: 'lambda:GetFunctionEventInvokeConfig', signal },
    );
    return found?.DestinationConfig?.OnFailure?.Destination;
  }

  async findReservedConcurrency(name: string, signal: AbortSignal): Promise<number | undefined> {
    const found = await this.#find(
      (abortSignal) =>
        this.#client.send(new GetFunctionConcurrencyCommand({ FunctionName: name }), { abortSignal }),
      { name, what: 'reserved concurrency', permission: 'lambda:GetFunctionConcurrency', signal },
    );
    return found?.ReservedConcurrentExecutions;
  }

  #find<T>(
    send: (abortSignal: AbortSignal) => Promise<T>,
    call: {
      readonly name: string;
      readonly what: string;
      readonly permission: string;
      readonly signal: AbortSignal;
    },
  ): Promise<T | undefined> {
    const { name, what, permission, signal } = call;
    return this.#caller.call(
      async (abortSignal) => {
        try {
          return await send(abortSignal);
        } catch (error) {
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        }
      },
      { operation: `tell the ${what} of ${name}`, permission: `${permission} on it`, signal },
    );
  }
}

function versionIn(environment: EnvironmentResponse | undefined): FunctionState['version'] {
  const { Variables, Error: failure } = environment ?? {};
  if (failure === undefined) return { isKnown: true, value: Variables?.[VERSION_VARIABLE] };
  const because = [failure.ErrorCode, failure.Message].filter(Boolean).join(': ');
  return { isKnown: false, because: `Lambda could not read its environment (${because})` };
}
