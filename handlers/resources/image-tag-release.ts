import { ProviderError } from '../errors.ts';
import { IMAGE_SELECTOR_SHAPE, type ImageSelector, readImageSelector } from '../oci/image-selector.ts';
import type { ParameterName } from '../parameters/parameter-name.ts';
import type { Parameter, ParameterStore } from '../parameters/parameter-store.ts';
import type { ImageTagProperties } from './image-tag-properties.ts';
import { checkParameterRegion } from './parameter-property.ts';

/** Which image was released, and where that is said. */
export interface Release {
  readonly selector: ImageSelector;
  /** Undefined where Default says it. */
  readonly parameterVersion?: number;
  /** What says it, for a message. */
  readonly said: string;
}

/** What a release is read with. */
export interface ReleaseQuery {
  readonly parameters: ParameterStore;
  /** This function's own. */
  readonly region: string;
  readonly properties: ImageTagProperties;
  readonly signal: AbortSignal;
}

/**
 * Reads the parameter; where there is none, Default.
 * @throws ProviderError `NotFound` without both, `InvalidRequest` for a value that names no image.
 */
export async function findRelease({
  parameters,
  region,
  properties,
  signal,
}: ReleaseQuery): Promise<Release> {
  const { ParameterName, Default } = properties;
  checkParameterRegion(ParameterName, region);
  const parameter = await parameters.findParameter(ParameterName, signal);
  if (parameter !== undefined) return releaseOf(ParameterName, parameter);
  if (Default !== undefined) return { selector: Default, said: 'Default' };
  const where = ParameterName.place?.accountId ?? 'this account';
  throw new ProviderError(
    'NotFound',
    `There is no SSM parameter ${ParameterName.textWithoutSelector} in ${where} and Region ${region}. Release an image first (deploytime tag <tag> --parameter ${ParameterName.name} --repository <repository>), or name in Default the tag to use until then`,
  );
}

/** The value is not shown: it may be anything. */
function releaseOf({ text }: ParameterName, { value, version }: Parameter): Release {
  const reading = readImageSelector(value);
  const said = `version ${version} of the parameter ${text}`;
  if (reading.ok) return { selector: reading.selector, parameterVersion: version, said };
  throw new ProviderError(
    'InvalidRequest',
    `The value of the parameter ${text} (version ${version}, ${value.length} characters) names no image: it ${reading.because}. Allowed is ${IMAGE_SELECTOR_SHAPE}`,
  );
}
