import type { DeleteRequest, UpdateRequest } from '../cloudformation/event.ts';
import { findProperty } from '../cloudformation/properties.ts';
import type { Resource } from '../cloudformation/resource.ts';
import type { Answer } from '../cloudformation/response.ts';
import { copyContent, type ResolvedImage, resolveImage } from '../copy/copy-image.ts';
import { ProviderError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest, whyLambdaRefuses } from '../oci/manifest.ts';
import { parsePlatform } from '../oci/platform.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { ImageStore, StoredImage } from '../registry/image-store.ts';
import type { DestinationRepository, SourceRepository } from '../registry/repository.ts';
import { type EcrImageId, formatEcrImageId, parseEcrImageId } from './ecr-image-id.ts';
import { ECR_IMAGE_TYPE, type EcrImageProperties, ecrImageSchema } from './ecr-image-properties.ts';

/** What Custom::EcrImage works with. */
export interface EcrImagePorts {
  readonly store: ImageStore;
  /** The account's registry in this Region: `<account>.dkr.ecr.<region>.<suffix>`. */
  readonly registry: string;
  /** Registries that a source may be in; empty: any. */
  readonly allowedSourceRegistries: readonly string[];
  readonly openSource: (reference: Reference, credentials: string | undefined) => SourceRepository;
  readonly openDestination: (repositoryName: string) => DestinationRepository;
  readonly log: { info(message: string, fields: Record<string, unknown>): void };
}

/** Makes sure that repository:tag has an image; where it has none, copies one there. */
export function ecrImage(ports: EcrImagePorts): Resource<EcrImageProperties> {
  return {
    type: ECR_IMAGE_TYPE,
    schema: ecrImageSchema,
    create: (_request, properties, { signal }) => ensure({ ports, properties, signal }),
    update: (request, properties, { signal }) =>
      ensure({ ports, properties, signal, former: formerOf(request, properties, ports.registry) }),
    delete: (request, { signal }) => remove(ports, request, signal),
  };
}

/** What an Update knows of the answer before it. */
interface Former {
  readonly id: string;
  /** What this resource put under the same tag, if it did. */
  readonly digest: Digest | undefined;
  /** Another image is asked for now. */
  readonly sourceChanged: boolean;
  /** The answer before was for this very tag. */
  readonly sameTag: boolean;
}

interface Task {
  readonly ports: EcrImagePorts;
  readonly properties: EcrImageProperties;
  readonly signal: AbortSignal;
  readonly former?: Former | undefined;
}

type Decision = { readonly action: 'keep' | 'put'; readonly reason: string };

/** What to do about the tag, given what is there. */
export function decide(state: {
  present: Digest | undefined;
  /** What this resource put under the tag. */
  ours: Digest | undefined;
  sourceChanged: boolean;
  onExisting: EcrImageProperties['OnExisting'];
}): Decision {
  const { present, ours, sourceChanged, onExisting } = state;
  if (present === undefined) return { action: 'put', reason: 'the tag has no image' };
  if (onExisting === 'overwrite') return { action: 'put', reason: 'OnExisting is overwrite' };
  if (present !== ours)
    return { action: 'keep', reason: 'the tag has an image that this resource did not put there' };
  if (sourceChanged) return { action: 'put', reason: 'the source of our own image has changed' };
  return { action: 'keep', reason: 'the tag has our own image, and its source is the same' };
}

async function ensure(task: Task): Promise<Answer> {
  const present = await findPresent(task);
  const decision = decideFor(task, present);
  const { RepositoryName, Tag } = task.properties;
  task.ports.log.info(`${decision.action} ${RepositoryName}:${Tag}`, {
    reason: decision.reason,
    present: present?.digest,
  });
  return decision.action === 'keep' && present ? keep(task, present) : put(task, present);
}

function findPresent({ ports, properties, signal }: Task): Promise<StoredImage | undefined> {
  return ports.store.findImage(properties.RepositoryName, properties.Tag, signal);
}

function decideFor({ properties, former }: Task, present: StoredImage | undefined): Decision {
  return decide({
    present: present?.digest,
    ours: former?.digest,
    sourceChanged: former?.sourceChanged ?? false,
    onExisting: properties.OnExisting,
  });
}

function keep(task: Task, present: StoredImage): Answer {
  const { RepositoryName, Tag, UsedBy, Source } = task.properties;
  if (UsedBy === 'lambda') {
    const refusal = whyLambdaRefuses(parseManifest(Buffer.from(present.manifest), present.mediaType));
    if (refusal) {
      throw new ProviderError(
        'InvalidRequest',
        `The image that ${RepositoryName}:${Tag} has already (${present.digest}) ${refusal}. OnExisting: overwrite replaces it`,
      );
    }
  }
  const isOurs = present.digest === task.former?.digest;
  const origin = isOurs || present.digest === Source.digest ? 'source' : 'existing';
  return answerOf(task, { digest: present.digest, origin });
}

async function put(task: Task, present: StoredImage | undefined): Promise<Answer> {
  const { ports, properties, signal } = task;
  const { RepositoryName, Tag } = properties;
  const source = openSource(task);
  const platform = properties.Platform === 'all' ? 'all' : parsePlatform(properties.Platform);
  const reference = properties.Source.digest ?? properties.Source.tag ?? 'latest';
  const image = await resolveImage({ source, reference, platform, signal });
  checkUsable(properties, image);
  const { digest } = image.root.descriptor;
  if (digest === present?.digest) return answerOf(task, { digest, origin: 'source' });

  const destination = ports.openDestination(RepositoryName);
  const summary = await copyContent({ source, destination, image, signal });
  ports.log.info('Copied what the image consists of', { ...summary, digest });

  // A copy takes minutes, and the tag may have been pushed meanwhile. ECR has no conditional put: this look
  // leaves a gap of milliseconds.
  const meanwhile = await findPresent(task);
  if (meanwhile?.digest === digest) return answerOf(task, { digest, origin: 'source', putHere: true });
  if (meanwhile && decideFor(task, meanwhile).action === 'keep') return keep(task, meanwhile);
  try {
    await destination.pushManifest(Tag, image.root, { signal });
  } catch (error) {
    return keepWhatCameFirst(task, present, error);
  }
  return answerOf(task, { digest, origin: 'source', putHere: true });
}

/** In a repository with immutable tags the first push wins; where that was not ours, theirs is kept. */
async function keepWhatCameFirst(
  task: Task,
  present: StoredImage | undefined,
  error: unknown,
): Promise<Answer> {
  if (!(error instanceof ProviderError && error.code === 'AlreadyExists')) throw error;
  const { RepositoryName, Tag } = task.properties;
  const winner = await findPresent(task);
  if (present === undefined && winner) return keep(task, winner);
  throw new ProviderError(
    'AlreadyExists',
    `${RepositoryName}:${Tag} has an image (${winner?.digest ?? 'which can no longer be seen'}) and the repository's tags are immutable, so it can't be replaced. Use another Tag, or make the repository's tags mutable`,
    { cause: error },
  );
}

function openSource({ ports, properties }: Task): SourceRepository {
  const { Source, SourceCredentials } = properties;
  const { allowedSourceRegistries } = ports;
  if (allowedSourceRegistries.length > 0 && !allowedSourceRegistries.includes(Source.registry)) {
    throw new ProviderError(
      'AccessDenied',
      `Source is in the registry ${Source.registry}; this service copies from ${allowedSourceRegistries.join(', ')} only (the service stack's property AllowedSourceRegistries)`,
    );
  }
  return ports.openSource(Source, SourceCredentials);
}

function checkUsable({ UsedBy, Source }: EcrImageProperties, image: ResolvedImage): void {
  if (UsedBy !== 'lambda') return;
  const refusal = whyLambdaRefuses(image.root.manifest);
  if (refusal) throw new ProviderError('InvalidRequest', `The source ${formatReference(Source)} ${refusal}`);
}

function answerOf(
  { ports, properties, former }: Task,
  image: { digest: Digest; origin: 'source' | 'existing'; putHere?: boolean },
): Answer {
  const { RepositoryName, Tag } = properties;
  const { digest, origin } = image;
  const repositoryUri = `${ports.registry}/${RepositoryName}`;
  // Where the source's very image is found by a request that would have put it there, that request was delivered
  // before, or an earlier attempt died before it could answer.
  const isAskedAnew = former === undefined || !former.sameTag || former.sourceChanged;
  const isOurs = image.putHere === true || (origin === 'source' && isAskedAnew);
  const id: EcrImageId = { repositoryUri, tag: Tag, ...(isOurs && { digest }) };
  return {
    // What we put there earlier is still ours, though this request found it there.
    physicalResourceId: former?.digest === digest ? former.id : formatEcrImageId(id),
    attributes: {
      Tag,
      Digest: digest,
      ImageUri: `${repositoryUri}@${digest}`,
      TaggedImageUri: `${repositoryUri}:${Tag}`,
      RepositoryUri: repositoryUri,
      Origin: origin,
    },
  };
}

function formerOf(request: UpdateRequest, properties: EcrImageProperties, registry: string): Former {
  const id = parseEcrImageId(request.physicalResourceId);
  const sameTag =
    id?.repositoryUri === `${registry}/${properties.RepositoryName}` && id.tag === properties.Tag;
  const changed = (name: string) => request.properties[name] !== request.oldProperties[name];
  return {
    id: request.physicalResourceId,
    digest: sameTag ? id.digest : undefined,
    sameTag,
    sourceChanged: changed('Source') || changed('Platform'),
  };
}

/**
 * Removes what the id says that this resource put there, if the template wanted that: the image with its tag, or,
 * where another image has the tag by now, what is left of it without one. Whatever has another tag stays.
 * `placeholder`, the default, speaks of this project's placeholder image, and no id names one yet.
 */
async function remove(ports: EcrImagePorts, request: DeleteRequest, signal: AbortSignal): Promise<void> {
  const { store, registry, log } = ports;
  const id = parseEcrImageId(request.physicalResourceId);
  const prefix = `${registry}/`;
  if (!id?.digest || !id.repositoryUri.startsWith(prefix)) return;
  if (findProperty('OnDelete', ecrImageSchema.OnDelete, request.properties) !== 'delete') return;
  const { tag, digest } = id;
  const repositoryName = id.repositoryUri.slice(prefix.length);
  const children = await childrenOf(store, repositoryName, digest, signal);
  const removal = await store.removeImage(repositoryName, tag, digest, signal);
  // An index goes before what it names: ECR refuses the other order.
  if (removal === 'replaced') await store.removeUntagged(repositoryName, [digest], signal);
  if (removal === 'replaced' || removal === 'removed') {
    await store.removeUntagged(repositoryName, children, signal);
  }
  log.info(`Delete found its image ${removal}`, { repositoryName, tag, digest });
}

/** The manifests that an index names: ECR keeps them when the index goes, and they would keep the repository. */
async function childrenOf(
  store: ImageStore,
  repositoryName: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<readonly Digest[]> {
  const image = await store.findImage(repositoryName, digest, signal).catch((error: unknown) => {
    if (error instanceof ProviderError && error.code === 'NotFound') return undefined;
    throw error;
  });
  if (image === undefined) return [];
  const manifest = parseManifest(Buffer.from(image.manifest), image.mediaType);
  return manifest.kind === 'index' ? manifest.manifests.map((child) => child.digest) : [];
}
