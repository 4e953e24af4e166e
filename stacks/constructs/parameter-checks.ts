import { PARAMETER_NAME_SHAPE, readParameterName } from '../../handlers/parameters/parameter-name.ts';
import { isKnown } from './mistakes.ts';

/** Of several ways to say one thing. */
export function exactlyOne(given: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(given);
  const found = names.filter((name) => given[name] !== undefined);
  if (found.length === 1) return [];
  const what = found.length === 0 ? 'none' : found.join(' and ');
  return [
    `${what} of ${names.join(', ')} ${found.length === 0 ? 'is' : 'are'} given; it must be exactly one`,
  ];
}

/** The service reads it by the same grammar. */
export function parameterMistakes(parameterName: string | undefined): string[] {
  if (!isKnown(parameterName)) return [];
  const reading = readParameterName(parameterName);
  if (reading.ok) return [];
  return [
    `parameterName is "${parameterName}", where ${reading.because}; it must be ${PARAMETER_NAME_SHAPE}`,
  ];
}
