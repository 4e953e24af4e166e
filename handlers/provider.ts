import middy from '@middy/core';
import { answerCloudFormation, dispatch } from './cloudformation/lifecycle.ts';
import type { Resource } from './cloudformation/resource.ts';
import { createRespond } from './cloudformation/respond.ts';
import type { Environment } from './environment.ts';
import type { Outbound } from './network/outbound.ts';
import { countAnswered, instrumentation, logger } from './telemetry.ts';

export interface ProviderOptions {
  readonly environment: Environment;
  /** What carries the answer to CloudFormation. */
  readonly outbound: Outbound;
}

/** The Lambda handler of one resource type: what it needs around it to answer CloudFormation, in order. */
export function provider<Properties>(
  resource: Resource<Properties>,
  { environment, outbound }: ProviderOptions,
) {
  return middy<unknown>()
    .use(instrumentation())
    .use(
      answerCloudFormation({
        environment,
        respond: createRespond(outbound, environment),
        log: logger,
        onAnswered: countAnswered,
      }),
    )
    .handler(dispatch(resource));
}
