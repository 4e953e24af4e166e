import assert from 'node:assert/strict';
import { contrastRatio, type DrawnPicture, overlap } from './svg-texts.ts';

/** Of text that is not large. */
export const LEAST_CONTRAST = 4.5;

/** Every text is inside, on paper, over no other one, and stands out. */
export function assertReadable({ root, width, height, paper, texts, areas }: DrawnPicture): void {
  assert.equal(root, 'svg');
  assert.ok(texts.length > 5);
  for (const [index, one] of texts.entries()) {
    const isInside = one.left >= 0 && one.top >= 0 && one.right <= width && one.bottom <= height;
    assert.ok(isInside, `${JSON.stringify(one)} is outside of ${width} × ${height}`);
    for (const other of texts.slice(index + 1)) {
      assert.ok(!overlap(one, other), `${JSON.stringify(one)} lies over ${JSON.stringify(other)}`);
    }
    const under = areas.find((area) => overlap(one, area));
    assert.equal(under, undefined, `${JSON.stringify(one)} stands on ${under?.kind}, not on paper`);
    const contrast = contrastRatio(one.colour, paper);
    assert.ok(contrast >= LEAST_CONTRAST, `${JSON.stringify(one)} has a contrast of ${contrast} on ${paper}`);
  }
}
