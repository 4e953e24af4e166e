import type { InProcessFunction } from '../asynchronous-delivery.ts';
import type { CustomResourceAnswer, CustomResourceRequest } from '../wire.ts';
import { putWithRetries } from './put-answer.ts';

/** What a script says to a request; the rest is a plain SUCCESS. `never`: no answer. */
export type Script = (request: CustomResourceRequest) => Partial<CustomResourceAnswer> | 'never' | undefined;

export interface ScriptedProvider extends InProcessFunction {
  /** Every request that came, in order. */
  readonly requests: readonly CustomResourceRequest[];
}

/**
 * A provider without any logic, to see what is sent: it keeps each request and answers SUCCESS with the physical id
 * `id-of-<Name>`, or what the script says.
 */
export function scriptedProvider(script: Script = () => undefined): ScriptedProvider {
  const requests: CustomResourceRequest[] = [];
  return {
    requests,
    maximumRetryAttempts: 0,
    handler: async (event) => {
      const request = event as CustomResourceRequest;
      requests.push(request);
      const scripted = script(request);
      if (scripted === 'never') return;
      const { StackId, RequestId, LogicalResourceId, ResponseURL, ResourceProperties } = request;
      const id = request.RequestType === 'Delete' && request.PhysicalResourceId;
      const answer = {
        Status: 'SUCCESS',
        PhysicalResourceId: id || `id-of-${ResourceProperties.Name}`,
        StackId,
        RequestId,
        LogicalResourceId,
        ...scripted,
      };
      await putWithRetries(ResponseURL, Buffer.from(JSON.stringify(answer)));
    },
  };
}
