import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allFencedBlocks } from '../support/docs/fenced-block.ts';
import { typeMistakes } from '../support/docs/typescript-blocks.ts';

test('the TypeScript of the documentation has the types of the constructs', async () => {
  const blocks = allFencedBlocks('ts');
  assert.ok(blocks.length >= 4);
  assert.equal(await typeMistakes(blocks), '');
});

test('a mistake is told with the line of its page', async () => {
  const part = {
    file: 'page.md',
    line: 10,
    language: 'ts',
    name: '',
    code: "\nnew EcrImage(this, 'Image', {});\n",
  };
  const whole = {
    file: 'page.md',
    line: 30,
    language: 'ts',
    name: '',
    code: "import { Nothing } from 'deploytime';\n",
  };
  const said = await typeMistakes([part, whole]);
  assert.match(said, /^page\.md:11: error TS2741: .*repository/m);
  assert.match(said, /^page\.md:30: error TS2305: .*Nothing/m);
});
