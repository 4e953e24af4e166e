import { formatImageSelector, type ImageSelector } from '../handlers/oci/image-selector.ts';
import type { Platform } from '../handlers/oci/platform.ts';
import { CliError } from './cli-error.ts';
import {
  decideRelease,
  type PresentRelease,
  type Release,
  type ReleaseDecision,
} from './release-decision.ts';
import { type PushedImage, type ReleaseImages, waitForImage } from './release-image.ts';
import { type ReleaseParameter, readRelease } from './release-parameter.ts';
import { settle } from './release-race.ts';
import type { Timing } from './timing.ts';

/** What `deploytime tag` was asked for. */
export interface TagRequest {
  readonly selector: ImageSelector;
  /** Write the digest that was seen beside the tag. */
  readonly pin: boolean;
  readonly platform: Platform | undefined;
  readonly waitSeconds: number;
  readonly allowOlder: boolean;
  readonly dryRun: boolean;
}

/** Whom it works with. */
export interface TagWorld {
  readonly images: ReleaseImages;
  readonly parameter: ReleaseParameter;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** Called while the image is awaited, with the seconds that passed. */
  readonly onPause: (seconds: number) => void;
}

/** What came of it. */
export interface TagOutcome {
  readonly decision: Exclude<ReleaseDecision, { action: 'refuse' }>;
  /** What was, or in a dry run would be, written. */
  readonly release: Release;
  readonly former: PresentRelease | undefined;
  /** The parameter's version now; undefined in a dry run of its creation. */
  readonly version: number | undefined;
  readonly isWritten: boolean;
  /** Somebody else's version between what was read and what was written, not known to be newer. */
  readonly overwritten: number | undefined;
}

/** How often it is decided: once more where somebody else creates the parameter first, and again if it goes. */
const MAX_DECISIONS = 3;

/**
 * Writes what is released into the parameter, unless the parameter says so already or names a newer image.
 * @throws CliError
 */
export async function tag(request: TagRequest, world: TagWorld): Promise<TagOutcome> {
  const { images, parameter, signal } = world;
  // Whatever makes the parameter unusable is said before the wait for the image.
  await findPresent(world);
  const image = await waitForImage(images, request.selector, { ...world, waitSeconds: request.waitSeconds });
  if (request.platform !== undefined) await images.checkPlatform(image, request.platform, signal);
  const release = { selector: request.pin ? pinned(request.selector, image) : request.selector, image };

  for (let round = 0; round < MAX_DECISIONS; round += 1) {
    const present = await findPresent(world);
    const former = present && { ...present, image: await images.find(present.selector, signal) };
    const decision = decideRelease(release, former, request);
    if (decision.action === 'refuse') throw olderImage(release, former, world);
    if (decision.action === 'none' || request.dryRun) {
      const version = former?.version;
      return { decision, release, former, version, isWritten: false, overwritten: undefined };
    }
    const text = formatImageSelector(release.selector);
    const version =
      decision.action === 'create'
        ? await parameter.create(text, signal)
        : await parameter.update(text, signal);
    if (version === undefined) continue;
    const written = { release, version };
    const options = { ...world, allowOlder: request.allowOlder };
    const { overwritten, restored } = await settle(written, former?.version ?? 0, options).catch(
      (error: unknown) => {
        throw afterWrite(error, parameter, version);
      },
    );
    if (restored !== undefined)
      throw olderImage(release, { ...restored.release, version: restored.version }, world);
    return { decision, release, former, version, isWritten: true, overwritten };
  }
  throw new CliError(
    'Unreachable',
    `The parameter ${parameter.name} came and went ${MAX_DECISIONS} times while it was to be created. Try again`,
  );
}

/** @throws CliError `UnusableParameter` */
async function findPresent({
  parameter,
  signal,
}: TagWorld): Promise<{ selector: ImageSelector; version: number } | undefined> {
  const found = await parameter.find(signal);
  return found && { selector: readRelease(parameter.name, found), version: found.version };
}

function pinned(selector: ImageSelector, { digest }: PushedImage): ImageSelector {
  return { ...selector, digest };
}

/** The failure of a look back, where the parameter has its new value already. */
function afterWrite(error: unknown, { name }: ReleaseParameter, version: number): unknown {
  if (!(error instanceof CliError)) return error;
  const text = `${error.message}. Before that version ${version} of ${name} was written`;
  return new CliError(error.code, text, { cause: error });
}

function olderImage(release: Release, present: PresentRelease | undefined, world: TagWorld): CliError {
  const { selector, image } = release;
  const newer = present === undefined ? '' : formatImageSelector(present.selector);
  return new CliError(
    'OlderImage',
    `${formatImageSelector(selector)} was pushed to ${world.images.repository} at ${image.pushedAt.toISOString()}, before ${newer} (${present?.image?.pushedAt.toISOString()}), which ${world.parameter.name} names in version ${present?.version}. --allow-older goes back to it`,
  );
}
