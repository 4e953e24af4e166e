import { readEnvironment } from './environment.ts';
import { Outbound } from './network/outbound.ts';
import { outboundRulesOf } from './network/outbound-rules.ts';
import { PLACEHOLDER_BINARIES } from './placeholder/binaries.ts';
import { PLACEHOLDER_DIGESTS } from './placeholder/digests.ts';
import { PlaceholderRepository } from './placeholder/placeholder-repository.ts';
import { provider } from './provider.ts';
import { EcrCredentials, SecretCredentials } from './registry/credentials.ts';
import { createEcrClient, EcrImageStore } from './registry/image-store.ts';
import { RemoteRepository } from './registry/remote-repository.ts';
import { ecrImage } from './resources/ecr-image.ts';
import { logger, tracer } from './telemetry.ts';

const environment = readEnvironment();
const outbound = new Outbound(outboundRulesOf(environment));
const ecr = tracer.captureAWSv3Client(createEcrClient());
const registry = `${environment.accountId}.dkr.ecr.${environment.region}.${environment.urlSuffix}`;
/** One for all invocations: its tokens live for hours. */
const ecrCredentials = new EcrCredentials();

const resource = ecrImage({
  store: new EcrImageStore(ecr),
  registry,
  allowedSourceRegistries: environment.allowedSourceRegistries,
  placeholder: new PlaceholderRepository(PLACEHOLDER_BINARIES),
  placeholderDigests: PLACEHOLDER_DIGESTS,
  log: logger,
  openSource: (reference, secretArn) =>
    new RemoteRepository({
      registry: reference.registry,
      repository: reference.repository,
      role: 'source',
      outbound,
      credentials: secretArn === undefined ? ecrCredentials : new SecretCredentials(secretArn),
    }),
  openDestination: (repository) =>
    new RemoteRepository({
      registry,
      repository,
      role: 'destination',
      outbound,
      credentials: ecrCredentials,
    }),
});

/** The provider of `Custom::EcrImage`. */
export const handler = provider(resource, { environment, outbound });
