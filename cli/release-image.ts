import type { Digest } from '../handlers/oci/digest.ts';
import { formatImageSelector, type ImageSelector } from '../handlers/oci/image-selector.ts';
import type { Platform } from '../handlers/oci/platform.ts';
import { CliError } from './cli-error.ts';
import type { Timing } from './timing.ts';

/** An image as its repository knows it. */
export interface PushedImage {
  readonly digest: Digest;
  /** When this digest came into the repository; another tag for it changes nothing. */
  readonly pushedAt: Date;
  readonly mediaType: string;
  readonly tags: readonly string[];
  /** It was moved to ECR's archive, and nothing can pull it. */
  readonly isArchived: boolean;
}

/** The repository that images are released from. */
export interface ReleaseImages {
  /** `team/app`, with its registry where one was named: for messages. */
  readonly repository: string;
  /** Undefined where the repository has no such image. Where a digest is named, its tag is not looked at. */
  find(selector: ImageSelector, signal: AbortSignal): Promise<PushedImage | undefined>;
  /** @throws CliError `ImageNotFound` where an index has no image for this platform. */
  checkPlatform(image: PushedImage, platform: Platform, signal: AbortSignal): Promise<void>;
}

/** Between two looks, growing from the first to the longest, in milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The image, as soon as it is there.
 * @param waitSeconds How long to look for it; 0: once.
 * @throws CliError `ImageNotFound` after that time, and at once where there is no such repository.
 */
export async function waitForImage(
  images: ReleaseImages,
  selector: ImageSelector,
  options: {
    readonly waitSeconds: number;
    readonly timing: Timing;
    readonly signal: AbortSignal;
    /** Called before each pause, with the seconds that passed. */
    readonly onPause: (seconds: number) => void;
  },
): Promise<PushedImage> {
  const { waitSeconds, timing, signal, onPause } = options;
  const started = timing.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const found = await images.find(selector, signal);
    const image = isNamedBy(selector, found) ? found : undefined;
    if (image?.isArchived) {
      throw new CliError(
        'ImageNotFound',
        `${formatImageSelector(selector)} of ${images.repository} is in ECR's archive, where nothing can pull it. Restore it first`,
      );
    }
    if (image !== undefined) return image;
    const leftMs = waitSeconds * 1_000 - (timing.now() - started);
    if (leftMs <= 0) throw notFound(images.repository, selector, waitSeconds);
    onPause(Math.round((timing.now() - started) / 1_000));
    await timing.sleep(Math.min(pauseMs, leftMs), signal);
  }
}

/** With tag and digest, the tag must lead there: it says what was built. */
function isNamedBy({ tag, digest }: ImageSelector, image: PushedImage | undefined): boolean {
  return tag === undefined || digest === undefined || image?.tags.includes(tag) === true;
}

function notFound(repository: string, selector: ImageSelector, waitSeconds: number): CliError {
  const { tag, digest } = selector;
  const what =
    tag !== undefined && digest !== undefined
      ? `no tag ${tag} that leads to ${digest}`
      : `no image ${formatImageSelector(selector)}`;
  const waited = waitSeconds === 0 ? '' : ` after ${waitSeconds} s`;
  return new CliError(
    'ImageNotFound',
    `The repository ${repository} has ${what}${waited}. Push the image first; --wait SECONDS waits for it`,
  );
}
