import { AsynchronousFunction } from '../../../local/runtime/asynchronous-invocation.ts';
import { LambdaFunction } from '../../../local/runtime/lambda-function.ts';
import {
  PROVIDER_EVENT_AGE_SECONDS,
  type ServiceFunctionName,
  type ServiceSurroundings,
  serviceFunction,
} from '../../../local/runtime/service-function.ts';
import type { LambdaHandler } from '../cloudformation/asynchronous-delivery.ts';
import { bundleOf } from './bundles.ts';

/** The built functions of the service, in processes of their own. */
export interface BuiltService {
  readonly provider: LambdaFunction;
  readonly undelivered: LambdaFunction;
  /** The provider as CloudFormation reaches it: with its queue, and `undelivered` behind it. */
  readonly serviceToken: AsynchronousFunction;
  readonly stop: () => Promise<void>;
}

/** Nothing is started before the first event comes. */
export async function builtService(
  name: Exclude<ServiceFunctionName, 'undelivered'>,
  surroundings: ServiceSurroundings,
  limits: { readonly memoryMb?: number; readonly timeoutSeconds?: number } = {},
): Promise<BuiltService> {
  const configuration = serviceFunction(name, await bundleOf(name), surroundings);
  const provider = new LambdaFunction({ ...configuration, ...limits });
  const undelivered = new LambdaFunction(
    serviceFunction('undelivered', await bundleOf('undelivered'), surroundings),
  );
  return {
    provider,
    undelivered,
    serviceToken: new AsynchronousFunction(provider, {
      maximumRetryAttempts: 0,
      maximumEventAgeSeconds: PROVIDER_EVENT_AGE_SECONDS,
      onFailure: new AsynchronousFunction(undelivered, { maximumRetryAttempts: 2 }),
    }),
    stop: async () => {
      await Promise.all([provider.stop(), undelivered.stop()]);
    },
  };
}

/**
 * A function as a handler of this process, for a sequencer that delivers events by itself. A failure is thrown under
 * its own name, and the time that the context gives is the function's time limit.
 */
export function handlerOf(lambdaFunction: LambdaFunction, options: { cold?: boolean } = {}): LambdaHandler {
  return async (event, context) => {
    const invocation = await lambdaFunction.invoke(event, {
      ...options,
      requestId: context.awsRequestId,
      timeoutSeconds: context.getRemainingTimeInMillis() / 1000,
    });
    if (invocation.outcome === 'returned') return invocation.payload;
    const { errorType, errorMessage } = invocation.error;
    throw Object.assign(new Error(errorMessage), { name: errorType });
  };
}
