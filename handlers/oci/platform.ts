import { ProviderError } from '../errors.ts';

/**
 * What an image runs on, in Go's names for it.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** The CPU's variant: `v8` for arm64. Default: the architecture's own (see below). */
  readonly variant?: string;
}

/** The variant that an architecture means where none is named. */
const DEFAULT_VARIANT: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1', arm: 'v7' };

const COMPONENT = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** Whether it can stand in a platform: up to 32 lower-case letters, digits, ".", "_" and "-". */
export function isPlatformComponent(value: unknown): value is string {
  return typeof value === 'string' && COMPONENT.test(value);
}

/** @throws ProviderError `InvalidRequest` for anything but `os/architecture` or `os/architecture/variant`. */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split('/');
  if (
    rest.length > 0 ||
    !isPlatformComponent(os) ||
    !isPlatformComponent(architecture) ||
    (variant !== undefined && !isPlatformComponent(variant))
  ) {
    throw new ProviderError(
      'InvalidRequest',
      `"${text}" is no platform: os/architecture is allowed, such as linux/amd64 or linux/arm64`,
    );
  }
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

/** `os/architecture[/variant]`; the variant that goes without saying is left out. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  const named = variant !== undefined && variant !== '' && variant !== DEFAULT_VARIANT[architecture];
  return named ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** Whether both mean the same: linux/arm64 and linux/arm64/v8 do. Another variant may not run, and is no match. */
export function isSamePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(a) === formatPlatform(b);
}
