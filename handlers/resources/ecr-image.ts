import type { Resource } from '../cloudformation/resource.ts';
import type { Answer } from '../cloudformation/response.ts';
import { copyContent, type ResolvedImage, resolveImage } from '../copy/copy-image.ts';
import { ProviderError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest, whyLambdaRefuses } from '../oci/manifest.ts';
import { parsePlatform } from '../oci/platform.ts';
import type { Reference } from '../oci/reference.ts';
import { PLACEHOLDER_TAG } from '../placeholder/placeholder-repository.ts';
import type { ImageStore, StoredImage } from '../registry/image-store.ts';
import type { DestinationRepository, ManifestContent, SourceRepository } from '../registry/repository.ts';
import { type History, historyOf, noHistory, type Place } from './ecr-image-history.ts';
import { ECR_IMAGE_TYPE, type EcrImageProperties, ecrImageSchema } from './ecr-image-properties.ts';
import { removeImages } from './ecr-image-removal.ts';
import { ecrImageRules, formatSource, PLACEHOLDER } from './ecr-image-source.ts';

/** What Custom::EcrImage works with. */
export interface EcrImagePorts {
  readonly store: ImageStore;
  /** The account's registry in this Region: `<account>.dkr.ecr.<region>.<suffix>`. */
  readonly registry: string;
  /** Registries that a source may be in; empty: any. */
  readonly allowedSourceRegistries: readonly string[];
  readonly openSource: (reference: Reference, credentials: string | undefined) => SourceRepository;
  readonly openDestination: (repositoryName: string) => DestinationRepository;
  /** Where the placeholder is read. */
  readonly placeholder: SourceRepository;
  /** Of the placeholder, as it is and as earlier releases had it: its indexes and its images. */
  readonly placeholderDigests: ReadonlySet<Digest>;
  readonly log: { info(message: string, fields: Record<string, unknown>): void };
}

/** Makes sure that repository:tag has an image; where it has none, copies one there. */
export function ecrImage(ports: EcrImagePorts): Resource<EcrImageProperties> {
  const placeOf = ({ RepositoryName, Tag }: EcrImageProperties): Place => ({
    repositoryUri: `${ports.registry}/${RepositoryName}`,
    tag: Tag,
  });
  return {
    type: ECR_IMAGE_TYPE,
    schema: ecrImageSchema,
    rules: ecrImageRules,
    create: (_request, properties, { signal }) => {
      const place = placeOf(properties);
      return ensure({ ports, properties, place, history: noHistory(place, properties), signal });
    },
    update: (request, properties, { signal }) => {
      const place = placeOf(properties);
      return ensure({ ports, properties, place, history: historyOf(request, place, properties), signal });
    },
    delete: (request, { signal }) => removeImages(ports, request, signal),
  };
}

interface Task {
  readonly ports: EcrImagePorts;
  readonly properties: EcrImageProperties;
  readonly place: Place;
  readonly history: History;
  readonly signal: AbortSignal;
}

type Decision = { readonly action: 'keep' | 'put' | 'restore'; readonly reason: string };

/** What to do about the tag, given what is there. */
export function decide(state: {
  readonly present: Digest | undefined;
  readonly history: Pick<History, 'ours' | 'sourceChanged' | 'answeredBefore'>;
  readonly onExisting: EcrImageProperties['OnExisting'];
}): Decision {
  const { present, onExisting } = state;
  const { ours, sourceChanged, answeredBefore } = state.history;
  if (answeredBefore !== undefined && present === answeredBefore) {
    return {
      action: 'keep',
      reason: 'the tag has the image that these properties were answered with before',
    };
  }
  if (answeredBefore !== undefined && (present === undefined || present === ours)) {
    return { action: 'restore', reason: 'these properties were answered before: their image comes back' };
  }
  if (present === undefined) return { action: 'put', reason: 'the tag has no image' };
  if (onExisting === 'overwrite') return { action: 'put', reason: 'OnExisting is overwrite' };
  if (present !== ours) {
    return { action: 'keep', reason: 'the tag has an image that this resource did not put there' };
  }
  if (sourceChanged) return { action: 'put', reason: 'the source of our own image has changed' };
  return { action: 'keep', reason: 'the tag has our own image, and its source is the same' };
}

async function ensure(task: Task): Promise<Answer> {
  const present = await findPresent(task);
  const { action, reason } = decideFor(task, present);
  const { RepositoryName, Tag } = task.properties;
  task.ports.log.info(`${action} ${RepositoryName}:${Tag}`, { reason, present: present?.digest });
  if (action === 'keep' && present) return keep(task, present);
  if (action === 'restore') return restore(task, present);
  return put(task, present);
}

function findPresent({ ports, properties, signal }: Task): Promise<StoredImage | undefined> {
  return ports.store.findImage(properties.RepositoryName, properties.Tag, signal);
}

function decideFor({ properties, history }: Task, present: StoredImage | undefined): Decision {
  return decide({ present: present?.digest, history, onExisting: properties.OnExisting });
}

function keep(task: Task, present: StoredImage): Answer {
  const { history, properties } = task;
  checkKept(task, present);
  const isOurs = present.digest === history.ours || present.digest === history.answeredBefore;
  const isNamed = properties.Source !== PLACEHOLDER && present.digest === properties.Source.digest;
  const origin = isOurs || isNamed ? 'source' : 'existing';
  return answerOf(task, { digest: present.digest, origin, isOurs });
}

/**
 * Refuses for Lambda what Lambda would refuse. Not where an image at this tag was accepted before: somebody pushed
 * since, Lambda itself refuses the new digest, and a rollback must not fail for it here.
 */
function checkKept({ ports, properties, history }: Task, present: StoredImage): void {
  const { RepositoryName, Tag, UsedBy } = properties;
  if (UsedBy !== 'lambda') return;
  const refusal = whyLambdaRefuses(contentOf(present).manifest);
  if (refusal === undefined) return;
  const sentence = `The image that ${RepositoryName}:${Tag} has already (${present.digest}) ${refusal}`;
  if (history.wasAccepted) {
    ports.log.info('Lambda will refuse what the tag has by now', { refusal: sentence });
    return;
  }
  throw new ProviderError('InvalidRequest', `${sentence}. OnExisting: overwrite replaces it`);
}

/** Puts the image before under the tag again, out of the repository; where it has expired, the source is asked. */
async function restore(task: Task, present: StoredImage | undefined): Promise<Answer> {
  const { ports, properties, history, signal } = task;
  const { answeredBefore } = history;
  const image =
    answeredBefore && (await ports.store.findImage(properties.RepositoryName, answeredBefore, signal));
  if (!image) return put(task, present);
  return tag(task, present, contentOf(image), ports.openDestination(properties.RepositoryName));
}

async function put(task: Task, present: StoredImage | undefined): Promise<Answer> {
  const { ports, properties, history, signal } = task;
  const source = openSource(task);
  const platform = properties.Platform === 'all' ? 'all' : parsePlatform(properties.Platform);
  const image = await resolveImage({ source, reference: referenceIn(properties), platform, signal });
  checkUsable(properties, image);
  const { digest } = image.root.descriptor;
  if (digest === present?.digest) {
    return answerOf(task, { digest, origin: 'source', isOurs: digest === history.ours });
  }
  const destination = ports.openDestination(properties.RepositoryName);
  // A look for the placeholder's manifest could save the looks for its two blobs, and mostly there is nothing yet.
  const looksForManifests = properties.Source !== PLACEHOLDER;
  const summary = await copyContent({ source, destination, image, looksForManifests, signal });
  ports.log.info('Copied what the image consists of', { ...summary, digest });

  // A copy takes minutes, and the tag may have been pushed meanwhile. ECR has no conditional put: this look
  // leaves a gap of milliseconds.
  const meanwhile = await findPresent(task);
  if (meanwhile?.digest === digest) return answerOf(task, { digest, origin: 'source', isOurs: false });
  if (meanwhile && decideFor(task, meanwhile).action === 'keep') return keep(task, meanwhile);
  return tag(task, present, image.root, destination);
}

/** Puts a manifest under the tag, when everything below it is there. */
async function tag(
  task: Task,
  present: StoredImage | undefined,
  content: ManifestContent,
  destination: DestinationRepository,
): Promise<Answer> {
  const { properties, signal } = task;
  try {
    await destination.pushManifest(properties.Tag, content, { signal });
  } catch (error) {
    return keepWhatCameFirst(task, present, error);
  }
  return answerOf(task, { digest: content.descriptor.digest, origin: 'source', isOurs: true });
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
  if (Source === PLACEHOLDER) return ports.placeholder;
  if (allowedSourceRegistries.length > 0 && !allowedSourceRegistries.includes(Source.registry)) {
    throw new ProviderError(
      'AccessDenied',
      `Source is in the registry ${Source.registry}; this service copies from ${allowedSourceRegistries.join(', ')} only (the service stack's property AllowedSourceRegistries)`,
    );
  }
  return ports.openSource(Source, SourceCredentials);
}

function referenceIn({ Source }: EcrImageProperties): string {
  return Source === PLACEHOLDER ? PLACEHOLDER_TAG : (Source.digest ?? Source.tag ?? 'latest');
}

function checkUsable({ UsedBy, Source }: EcrImageProperties, image: ResolvedImage): void {
  if (UsedBy !== 'lambda') return;
  const refusal = whyLambdaRefuses(image.root.manifest);
  if (refusal) throw new ProviderError('InvalidRequest', `The source ${formatSource(Source)} ${refusal}`);
}

function answerOf(
  { ports, properties, place, history }: Task,
  image: { digest: Digest; origin: 'source' | 'existing'; isOurs: boolean },
): Answer {
  const { digest, origin, isOurs } = image;
  const { repositoryUri } = place;
  return {
    physicalResourceId: history.idOf(digest, isOurs),
    attributes: {
      Tag: properties.Tag,
      Digest: digest,
      ImageUri: `${repositoryUri}@${digest}`,
      TaggedImageUri: `${repositoryUri}:${properties.Tag}`,
      RepositoryUri: repositoryUri,
      Origin: ports.placeholderDigests.has(digest) ? 'placeholder' : origin,
    },
  };
}

function contentOf({ digest, mediaType, manifest }: StoredImage): ManifestContent {
  const bytes = Buffer.from(manifest);
  const parsed = parseManifest(bytes, mediaType);
  return {
    bytes,
    manifest: parsed,
    descriptor: { digest, mediaType: parsed.mediaType, size: bytes.byteLength },
  };
}
