import { type ImageSelector, readImageSelector } from '../handlers/oci/image-selector.ts';
import { CliError } from './cli-error.ts';

/** One version of a parameter. */
export interface ParameterVersion {
  /** `String`, `StringList` or `SecureString`. */
  readonly type: string;
  /** Of a SecureString what it is encrypted to. */
  readonly value: string;
  readonly version: number;
}

/** The parameter that names what is released. */
export interface ReleaseParameter {
  readonly name: string;
  /** Undefined where there is no such parameter, or no such version any more. @param version Default: the present one. */
  find(signal: AbortSignal, version?: number): Promise<ParameterVersion | undefined>;
  /** @returns The first version; undefined where somebody created it meanwhile. */
  create(value: string, signal: AbortSignal): Promise<number | undefined>;
  /** @returns The new version. */
  update(value: string, signal: AbortSignal): Promise<number>;
}

/**
 * What a parameter names.
 * @throws CliError `UnusableParameter` for a type or a value that is not a release's. Its text is never shown: where
 * the wrong parameter was named, it may be anything.
 */
export function readRelease(name: string, { type, value }: ParameterVersion): ImageSelector {
  if (type !== 'String') {
    throw new CliError(
      'UnusableParameter',
      `The parameter ${name} is a ${type}; only a String is written. Name another parameter, or delete this one first`,
    );
  }
  const reading = readImageSelector(value);
  if (reading.ok) return reading.selector;
  throw new CliError(
    'UnusableParameter',
    `The parameter ${name} names no image: its value of ${value.length} characters ${reading.because}. It is left alone; if it is the right parameter, correct it by hand or delete it first`,
  );
}
