import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type PushedImage, type ReleaseImages, waitForImage } from '../../cli/release-image.ts';
import { digestOf } from '../../handlers/oci/digest.ts';

const IMAGE: PushedImage = {
  digest: digestOf('image'),
  pushedAt: new Date(0),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  tags: ['v1'],
  isArchived: false,
};

describe('the wait for an image', () => {
  test('looks again after growing pauses, and tells how long it has been', async () => {
    const { pauses, told, image } = await wait({
      found: [undefined, undefined, undefined, undefined, IMAGE],
    });
    assert.deepEqual(pauses, [1_000, 2_000, 4_000, 5_000]);
    assert.deepEqual(told, [0, 1, 3, 7]);
    assert.equal(await image, IMAGE);
  });

  test('ends after the time given, with a last look', async () => {
    const { pauses, looks, image } = await wait({ found: [], waitSeconds: 4 });
    assert.deepEqual(pauses, [1_000, 2_000, 1_000]);
    assert.equal(looks, 4);
    await assert.rejects(image, { code: 'ImageNotFound', message: /has no image v1 after 4 s\. Push/ });
  });

  test('of no time is a single look', async () => {
    const { pauses, looks, image } = await wait({ found: [], waitSeconds: 0 });
    assert.deepEqual([pauses, looks], [[], 1]);
    await assert.rejects(image, { code: 'ImageNotFound' });
  });

  test('ends at once where the image is archived, since it will not come back by itself', async () => {
    const { looks, image } = await wait({ found: [{ ...IMAGE, isArchived: true }] });
    assert.equal(looks, 1);
    await assert.rejects(image, {
      code: 'ImageNotFound',
      message: "v1 of team/app is in ECR's archive, where nothing can pull it. Restore it first",
    });
  });
});

/** @param options.found What each look finds; nothing once they are over. */
async function wait({
  found,
  waitSeconds = 60,
}: {
  readonly found: readonly (PushedImage | undefined)[];
  readonly waitSeconds?: number;
}) {
  let nowMs = 0;
  let looks = 0;
  const pauses: number[] = [];
  const told: number[] = [];
  const images: ReleaseImages = {
    repository: 'team/app',
    find: async () => {
      looks += 1;
      return found[looks - 1];
    },
    checkPlatform: async () => {},
  };
  const image = waitForImage(
    images,
    { tag: 'v1' },
    {
      waitSeconds,
      timing: {
        now: () => nowMs,
        sleep: async (ms) => {
          pauses.push(ms);
          nowMs += ms;
        },
      },
      signal: new AbortController().signal,
      onPause: (seconds) => void told.push(seconds),
    },
  );
  await Promise.allSettled([image]);
  return { image, pauses, told, looks };
}
