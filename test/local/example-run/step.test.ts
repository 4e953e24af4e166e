import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { absentImage, presentImage } from '../../../local/example-run/step.ts';

const UNKNOWN = { found: 'unknown', reason: 'not checked: skopeo is not installed' } as const;

describe('what the registry holds', () => {
  test('is confirmed where it is the image that was answered', () => {
    const image = { found: 'image', digest: 'sha256:1' } as const;
    assert.equal(presentImage(image, 'sha256:1').isRight, true);
    const another = presentImage(image, 'sha256:2');
    assert.equal(another.isRight, false);
    assert.match(another.text, /another image: sha256:1/);
    assert.equal(presentImage({ found: 'nothing' }, 'sha256:1').isRight, false);
  });

  test('is confirmed where the image is gone', () => {
    assert.equal(absentImage({ found: 'nothing' }).isRight, true);
    const left = absentImage({ found: 'image', digest: 'sha256:1' });
    assert.equal(left.isRight, false);
    assert.match(left.text, /still finds an image: sha256:1/);
  });

  test('is neither right nor wrong where nobody could look', () => {
    for (const finding of [presentImage(UNKNOWN, 'sha256:1'), absentImage(UNKNOWN)]) {
      assert.deepEqual(finding, { text: UNKNOWN.reason, isRight: undefined });
    }
  });
});
