import { accepted, type PropertyKind, refused } from '../cloudformation/property-kinds.ts';
import { ProviderError } from '../errors.ts';
import { PARAMETER_NAME_SHAPE, type ParameterName, readParameterName } from '../parameters/parameter-name.ts';

/** Longer texts are no parameter's name or ARN, in characters. */
const MAX_TEXT_CHARACTERS = 2048;

/** A property that names a parameter of Systems Manager. */
export function parameterName(): PropertyKind<ParameterName> {
  return {
    allowed: PARAMETER_NAME_SHAPE,
    read: (given) => {
      if (typeof given !== 'string' || given.length > MAX_TEXT_CHARACTERS) return refused();
      const reading = readParameterName(given);
      if (reading.ok) return accepted(reading.name);
      return refused(`${JSON.stringify(given)} is not ${PARAMETER_NAME_SHAPE}: ${reading.because}`);
    },
  };
}

/**
 * An ARN may be another account's, but SSM answers for its own Region alone.
 * @throws ProviderError `InvalidRequest` for another Region's.
 */
export function checkParameterRegion({ text, place }: ParameterName, region: string): void {
  if (place === undefined || place.region === region) return;
  throw new ProviderError(
    'InvalidRequest',
    `ParameterName is ${text}, which is in ${place.region}; this service runs in ${region}, and SSM reads the parameters of one Region only. Name a parameter of ${region}`,
  );
}
