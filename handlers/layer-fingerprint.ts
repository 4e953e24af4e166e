import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from './cloudformation/stack-status-store.ts';
import { readEnvironment } from './environment.ts';
import { DownloadedContents } from './layers/layer-contents.ts';
import { createLambdaClient, LambdaLayerStore } from './layers/layer-store.ts';
import { Outbound } from './network/outbound.ts';
import { outboundRulesOf } from './network/outbound-rules.ts';
import { createSsmClient, SsmParameterStore } from './parameters/parameter-store.ts';
import { provider } from './provider.ts';
import { layerFingerprint } from './resources/layer-fingerprint.ts';
import { logger, tracer } from './telemetry.ts';

const environment = readEnvironment();
const outbound = new Outbound(outboundRulesOf(environment));
const layers = new LambdaLayerStore(tracer.captureAWSv3Client(createLambdaClient()), environment);

const resource = layerFingerprint({
  layers,
  parameters: new SsmParameterStore(tracer.captureAWSv3Client(createSsmClient())),
  /** One for all invocations: what it has seen never changes. */
  contents: new DownloadedContents({ store: layers, outbound }),
  statuses: new CloudFormationStackStatuses(tracer.captureAWSv3Client(createCloudFormationClient()), logger),
  region: environment.region,
  log: logger,
});

/** The provider of `Custom::LayerFingerprint`. */
export const handler = provider(resource, { environment, outbound });
