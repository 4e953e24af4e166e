import { PARAMETER_NAME_SHAPE, readParameterName } from '../../handlers/parameters/parameter-name.ts';
import { isKnown } from './mistakes.ts';

/** Of several ways to say one thing. */
export function exactlyOne(given: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(given);
  const found = names.filter((name) => given[name] !== undefined);
  if (found.length === 1) return [];
  const all = names.join(', ');
  return found.length === 0
    ? [`none of ${all} is given; it must be exactly one`]
    : [`${found.join(' and ')} are given; it must be exactly one of ${all}`];
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
