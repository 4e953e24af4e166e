/**
 * Writes the built binaries into handlers/placeholder/binaries.ts, from where they get into the bundle, and prints the
 * digests that they give the image. Run it after build.sh: node placeholder/embed.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPlaceholder } from '../handlers/placeholder/image.ts';

const BINARIES = join(import.meta.dirname, 'binaries');
const EMBEDDED = join(import.meta.dirname, '..', 'handlers', 'placeholder', 'binaries.ts');

const binaries = {
  'linux/amd64': readFileSync(join(BINARIES, 'placeholder-linux-amd64')),
  'linux/arm64': readFileSync(join(BINARIES, 'placeholder-linux-arm64')),
};

const entries = Object.entries(binaries).map(
  ([platform, bytes]) =>
    `  '${platform}': Buffer.from(\n    '${bytes.toString('base64')}',\n    'base64',\n  ),\n`,
);
writeFileSync(
  EMBEDDED,
  `import type { PlaceholderBinaries } from './image.ts';

/** Written by placeholder/embed.ts, out of placeholder/binaries/. */
export const PLACEHOLDER_BINARIES: PlaceholderBinaries = {
${entries.join('')}};
`,
);

const { index, images } = buildPlaceholder(binaries);
for (const [platform, { descriptor }] of [...Object.entries(images), ['all', index] as const]) {
  process.stdout.write(`${platform} ${descriptor.digest}\n`);
}
