import { InvalidArgumentError } from 'commander';
import { ProviderError } from '../handlers/errors.ts';
import {
  IMAGE_SELECTOR_SHAPE,
  type ImageSelector,
  readImageSelector,
} from '../handlers/oci/image-selector.ts';
import { type Platform, parsePlatform } from '../handlers/oci/platform.ts';
import { REPOSITORY_PATH } from '../handlers/oci/reference.ts';
import { MAX_PARAMETER_NAME_CHARACTERS, PARAMETER_NAME } from '../handlers/parameters/parameter-name.ts';

/*
 * The arguments of `deploytime tag`, one function for each. What can't be used is an InvalidArgumentError; commander
 * puts the option and the value in front of its sentence.
 */

/** Of `--wait`, in seconds. */
export const WAIT_SECONDS = { least: 0, most: 900, byDefault: 60 } as const;

export function readTag(text: string): ImageSelector {
  const reading = readImageSelector(text);
  if (reading.ok) return reading.selector;
  throw new InvalidArgumentError(`It ${reading.because}; ${IMAGE_SELECTOR_SHAPE} is allowed.`);
}

export function readParameterName(text: string): string {
  if (text.startsWith('arn:')) {
    throw new InvalidArgumentError('SSM writes to a name of this account and Region, not to an ARN.');
  }
  if (/^[^:]+:[^:]+$/.test(text)) {
    throw new InvalidArgumentError('A version or label can only be read; leave out what follows the colon.');
  }
  if (PARAMETER_NAME.test(text) && text.length <= MAX_PARAMETER_NAME_CHARACTERS) return text;
  throw new InvalidArgumentError(
    `Letters, digits, "_", "." and "-" are allowed, and "/" if it is also the first character, as in /app/tag; ${MAX_PARAMETER_NAME_CHARACTERS} characters at most.`,
  );
}

const REPOSITORY_NAME_LENGTH = { least: 2, most: 256 };

export function readRepositoryName(text: string): string {
  if (/\.dkr[.-]ecr/.test(text)) {
    throw new InvalidArgumentError(
      "The repository's name alone is allowed, as in team/app; --registry-id and --region say where it is.",
    );
  }
  const { least, most } = REPOSITORY_NAME_LENGTH;
  if (REPOSITORY_PATH.test(text) && text.length >= least && text.length <= most) return text;
  throw new InvalidArgumentError(
    `${least} to ${most} lower-case letters and digits are allowed, separated by ".", "_", "__", "-" or "/".`,
  );
}

export function readRegistryId(text: string): string {
  if (/^[0-9]{12}$/.test(text)) return text;
  throw new InvalidArgumentError("An account's 12 digits are allowed.");
}

export function readPlatform(text: string): Platform {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new InvalidArgumentError('os/architecture is allowed, such as linux/amd64 or linux/arm64.');
  }
}

export function readWait(text: string): number {
  const seconds = /^[0-9]{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= WAIT_SECONDS.least && seconds <= WAIT_SECONDS.most) return seconds;
  throw new InvalidArgumentError(
    `Whole seconds from ${WAIT_SECONDS.least} to ${WAIT_SECONDS.most} are allowed.`,
  );
}

const MAX_TAG_KEY_LENGTH = 128;
const MAX_TAG_VALUE_LENGTH = 256;

/** Collects `--tags`, which may be repeated. */
export function readResourceTag(
  text: string,
  former: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  const key = text.slice(0, Math.max(at, 0));
  const value = text.slice(at + 1);
  if (key === '' || key.length > MAX_TAG_KEY_LENGTH || value.length > MAX_TAG_VALUE_LENGTH) {
    throw new InvalidArgumentError(
      `KEY=VALUE is allowed, with a key of 1 to ${MAX_TAG_KEY_LENGTH} and a value of up to ${MAX_TAG_VALUE_LENGTH} characters.`,
    );
  }
  if (former.has(key)) throw new InvalidArgumentError(`The key ${key} is there twice.`);
  return new Map([...former, [key, value]]);
}
