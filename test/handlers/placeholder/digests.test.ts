import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isDigest } from '../../../handlers/oci/digest.ts';
import { PLACEHOLDER_BINARIES } from '../../../handlers/placeholder/binaries.ts';
import { PLACEHOLDER_DIGESTS, PLACEHOLDERS } from '../../../handlers/placeholder/digests.ts';
import {
  buildPlaceholder,
  PLACEHOLDER_PLATFORMS,
  PLACEHOLDER_VERSION,
} from '../../../handlers/placeholder/image.ts';
import { tableUnder } from '../../support/docs/table.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('the placeholder of this release', () => {
  for (const platform of PLACEHOLDER_PLATFORMS) {
    test(`has the built program for ${platform} in it, byte for byte`, () => {
      const file = `placeholder-${platform.replace('/', '-')}`;
      assert.ok(
        readFileSync(join(ROOT, 'placeholder', 'binaries', file)).equals(PLACEHOLDER_BINARIES[platform]),
        `${file} is another one: run node placeholder/embed.ts`,
      );
    });
  }

  test('is the last of the list by which placeholders are told', () => {
    const { index, images } = buildPlaceholder(PLACEHOLDER_BINARIES);
    assert.deepEqual(
      PLACEHOLDERS.at(-1),
      {
        version: PLACEHOLDER_VERSION,
        'linux/amd64': images['linux/amd64'].descriptor.digest,
        'linux/arm64': images['linux/arm64'].descriptor.digest,
        all: index.descriptor.digest,
      },
      'a changed image is another version, with digests of its own after those that were released',
    );
  });
});

test('the page on the placeholder has the digests of the present one', () => {
  const { version, ...digests } = PLACEHOLDERS.at(-1) ?? assert.fail();
  const documented = tableUnder('docs/placeholder.md', 'Digests');
  assert.deepEqual(Object.fromEntries(documented.map(([platform, digest]) => [platform, digest])), digests);
  const page = readFileSync(join(ROOT, 'docs', 'placeholder.md'), 'utf8');
  assert.ok(page.includes(`This is version ${version}:`));
});

describe('the list of placeholders', () => {
  test('has every version up to the present one', () => {
    assert.deepEqual(
      PLACEHOLDERS.map(({ version }) => version),
      PLACEHOLDERS.map((_, position) => String(position + 1)),
    );
  });

  test('has three digests for each, and none of them twice', () => {
    assert.equal(PLACEHOLDER_DIGESTS.size, PLACEHOLDERS.length * 3);
    assert.ok([...PLACEHOLDER_DIGESTS].every(isDigest));
  });
});
