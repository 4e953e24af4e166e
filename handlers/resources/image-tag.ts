import type { Resource } from '../cloudformation/resource.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { StackStatuses } from '../cloudformation/stack-status.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { ImageStore } from '../registry/image-store.ts';
import { rememberingId } from './answer-memory.ts';
import {
  attributesOf,
  type ImageTagAnswer,
  imageTagCodec,
  type RegistryPlace,
  repositoryMark,
  repositoryUriOf,
} from './image-tag-answer.ts';
import { getDigest } from './image-tag-image.ts';
import {
  IMAGE_TAG_TYPE,
  type ImageTagProperties,
  imageTagRules,
  imageTagSchema,
} from './image-tag-properties.ts';
import { findRelease } from './image-tag-release.ts';
import { answerUpdate, type WorldlyUpdate } from './replay.ts';

/** What Custom::ImageTag works with. */
export interface ImageTagPorts {
  readonly parameters: ParameterStore;
  /** The images in an account's registry. */
  readonly openImages: (accountId: string) => Pick<ImageStore, 'findImage'>;
  readonly statuses: StackStatuses;
  /** Where this function runs. */
  readonly place: RegistryPlace;
  readonly log: WorldlyUpdate<ImageTagAnswer>['log'];
}

/** Answers with the tag that was released last, and with the image's digest. It makes nothing. */
export function imageTag(ports: ImageTagPorts): Resource<ImageTagProperties> {
  const present =
    (properties: ImageTagProperties) =>
    (answer: ImageTagAnswer, physicalResourceId: string): Answer => ({
      physicalResourceId,
      attributes: attributesOf(answer, repositoryUriOf(properties, ports.place)),
    });
  return {
    type: IMAGE_TAG_TYPE,
    schema: imageTagSchema,
    rules: imageTagRules,
    create: async (request, properties, { signal }) => {
      const answer = await resolve(ports, properties, signal);
      const id = rememberingId(imageTagCodec, { answer, properties: request.properties });
      return present(properties)(answer, id);
    },
    update: (request, properties, { signal }) => {
      const { repository } = repositoryMark(repositoryUriOf(properties, ports.place));
      return answerUpdate({
        codec: imageTagCodec,
        request,
        statuses: ports.statuses,
        log: ports.log,
        signal,
        ask: (until) => resolve(ports, properties, until),
        // A digest of another repository would make a URI that never was.
        fits: (answer) => answer.repository === repository,
        present: present(properties),
      });
    },
    delete: async () => {},
  };
}

async function resolve(
  { parameters, openImages, place, log }: ImageTagPorts,
  properties: ImageTagProperties,
  signal: AbortSignal,
): Promise<ImageTagAnswer> {
  const release = await findRelease({ parameters, region: place.region, properties, signal });
  const { selector, parameterVersion, said } = release;
  log.info('Found what was released', { ...selector, said });
  const answer = { ...selector, ...(parameterVersion !== undefined && { parameterVersion }) };
  const { RepositoryName, RegistryId = place.accountId } = properties;
  if (RepositoryName === undefined) return answer;
  const images = openImages(RegistryId);
  const digest = await getDigest({ images, repositoryName: RepositoryName, properties, release, signal });
  return { ...answer, digest, ...repositoryMark(repositoryUriOf(properties, place)) };
}
