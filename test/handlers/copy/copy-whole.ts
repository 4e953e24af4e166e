import { type CopySummary, copyContent, resolveImage } from '../../../handlers/copy/copy-image.ts';
import type { Platform } from '../../../handlers/oci/platform.ts';
import type { DestinationRepository, SourceRepository } from '../../../handlers/registry/repository.ts';

export const LINUX_AMD64: Platform = { os: 'linux', architecture: 'amd64' };
export const LINUX_ARM64: Platform = { os: 'linux', architecture: 'arm64' };

/** Copies `latest` to `latest`, root included, as a resource does. */
export async function copyWhole(options: {
  source: SourceRepository;
  destination: DestinationRepository;
  platform: Platform | 'all';
  signal?: AbortSignal;
}): Promise<CopySummary> {
  const { source, destination, platform, signal } = options;
  const image = await resolveImage({ source, reference: 'latest', platform, signal });
  const summary = await copyContent({ source, destination, image, signal });
  await destination.pushManifest('latest', image.root, { signal });
  return summary;
}
