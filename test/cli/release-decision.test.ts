import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideRelease, type PresentRelease, type ReleaseDecision } from '../../cli/release-decision.ts';
import type { PushedImage } from '../../cli/release-image.ts';
import { digestOf } from '../../handlers/oci/digest.ts';
import { type ImageSelector, readImageSelector } from '../../handlers/oci/image-selector.ts';

const STRICT = { allowOlder: false };

describe('a release', () => {
  const release = { selector: selectorOf('v2'), image: imageOf('two', 2) };
  const cases: readonly [says: string, present: PresentRelease | undefined, decision: ReleaseDecision][] = [
    ['creates a parameter that is missing', undefined, { action: 'create', reason: 'missing' }],
    [
      'writes nothing where the value is there already, whatever its tag leads to by now',
      present('v2', imageOf('other', 9)),
      { action: 'none', reason: 'unchanged' },
    ],
    ['follows an older image', present('v1', imageOf('one', 1)), { action: 'update', reason: 'newer' }],
    ['follows one of the same time', present('v1', imageOf('one', 2)), { action: 'update', reason: 'newer' }],
    [
      'does not follow a newer image',
      present('v3', imageOf('three', 3)),
      { action: 'refuse', reason: 'older' },
    ],
    [
      'follows what is gone, since nothing can run it any more',
      present('v1', undefined),
      { action: 'update', reason: 'image gone' },
    ],
    [
      'gives the same image another name',
      present('stable', imageOf('two', 2)),
      { action: 'update', reason: 'same image' },
    ],
    [
      'takes a pin away',
      present(`v2@${imageOf('two', 2).digest}`, imageOf('two', 2)),
      { action: 'update', reason: 'same image' },
    ],
    [
      'does not follow a pinned image that is newer, though its tag is the same',
      present(`v2@${imageOf('newer', 3).digest}`, imageOf('newer', 3)),
      { action: 'refuse', reason: 'older' },
    ],
  ];
  for (const [says, former, decision] of cases) {
    test(says, () => assert.deepEqual(decideRelease(release, former, STRICT), decision));
  }

  test('goes back to an older image where that is allowed', () => {
    assert.deepEqual(decideRelease(release, present('v3', imageOf('three', 3)), { allowOlder: true }), {
      action: 'update',
      reason: 'older allowed',
    });
  });

  test('goes by the time in the repository, not by the order of the versions', () => {
    const older = { selector: selectorOf('v10'), image: imageOf('ten', 1) };
    assert.equal(decideRelease(older, present('v9', imageOf('nine', 2)), STRICT).action, 'refuse');
  });
});

function present(text: string, image: PushedImage | undefined): PresentRelease {
  return { selector: selectorOf(text), version: 7, image };
}

function selectorOf(text: string): ImageSelector {
  const reading = readImageSelector(text);
  assert.ok(reading.ok, text);
  return reading.selector;
}

function imageOf(seed: string, second: number): PushedImage {
  return {
    digest: digestOf(seed),
    pushedAt: new Date(second * 1_000),
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    tags: [],
    isArchived: false,
  };
}
