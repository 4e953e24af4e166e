import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from './cloudformation/stack-status-store.ts';
import { readEnvironment } from './environment.ts';
import { Outbound } from './network/outbound.ts';
import { outboundRulesOf } from './network/outbound-rules.ts';
import { createSsmClient, SsmParameterStore } from './parameters/parameter-store.ts';
import { provider } from './provider.ts';
import { createEcrClient, EcrImageStore } from './registry/image-store.ts';
import { imageTag } from './resources/image-tag.ts';
import { logger, tracer } from './telemetry.ts';

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
export const handler = provider(resource, { environment, outbound });
