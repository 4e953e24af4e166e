import middy from '@middy/core';
import { answerCloudFormation, dispatch } from './cloudformation/lifecycle.ts';
import { createRespond } from './cloudformation/respond.ts';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from './cloudformation/stack-status-store.ts';
import { readEnvironment } from './environment.ts';
import { Outbound } from './network/outbound.ts';
import { outboundRulesOf } from './network/outbound-rules.ts';
import { createSsmClient, SsmParameterStore } from './parameters/parameter-store.ts';
import { createEcrClient, EcrImageStore } from './registry/image-store.ts';
import { imageTag } from './resources/image-tag.ts';
import { countAnswered, instrumentation, logger, tracer } from './telemetry.ts';

const environment = readEnvironment();
const outbound = new Outbound(outboundRulesOf(environment));
const ecr = tracer.captureAWSv3Client(createEcrClient());
const ssm = tracer.captureAWSv3Client(createSsmClient());
const cloudFormation = tracer.captureAWSv3Client(createCloudFormationClient());

const resource = imageTag({
  parameters: new SsmParameterStore(ssm),
  openImages: (accountId) =>
    new EcrImageStore(ecr, accountId === environment.accountId ? {} : { registryId: accountId }),
  statuses: new CloudFormationStackStatuses(cloudFormation, logger),
  place: environment,
  log: logger,
});

/** The provider of `Custom::ImageTag`. */
export const handler = middy<unknown>()
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
