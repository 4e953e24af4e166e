import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { FencedBlock } from '../../site/fenced-block.ts';
import { allFencedBlocks, placeOf } from '../support/docs/fenced-block.ts';
import { templateOf } from '../support/docs/template-block.ts';
import { getWitness, witness } from '../support/witness.ts';

const LINT_LIMIT_MS = 3 * 60 * 1000;

test('cfn-lint finds no error in the templates of the documentation', witness('cfn-lint'), async () => {
  const blocks = allFencedBlocks('yaml', 'json');
  assert.ok(blocks.filter((block) => templateOf(block) !== undefined).length >= 12);
  assert.equal(await lint(blocks), '');
});

test('cfn-lint’s errors are told with the place of the block', witness('cfn-lint'), async () => {
  const block = { file: 'page.md', line: 10, language: 'yaml', name: '', code: '' };
  const said = await lint([
    { ...block, code: 'Bucket:\n  Type: AWS::S3::Bucket\n  Properties: {Nothing: 1}\n' },
    { ...block, line: 20, code: 'Resources:\n  Topic: {Type: AWS::SNS::Nothing}\n' },
  ]);
  assert.match(said, /^page\.md:10: E3002:.*Nothing/m);
  assert.match(said, /^page\.md:20: E3006:.*AWS::SNS::Nothing/m);
});

test('a template that refers to what is nowhere is refused', () => {
  const block = {
    file: 'page.md',
    line: 1,
    language: 'yaml',
    name: '',
    code: 'A:\n  Type: B\n  C: !Ref Nowhere\n',
  };
  assert.throws(() => templateOf(block), /refers to Nowhere/);
  assert.equal(templateOf({ ...block, code: 'Scenarios: []\n' }), undefined);
});

/** All blocks that are templates, or a template's resources, in one run: the program takes seconds to start. */
async function lint(blocks: readonly FencedBlock[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-templates-'));
  try {
    const paths: string[] = [];
    for (const [index, block] of blocks.entries()) {
      const template = templateOf(block);
      if (template === undefined) continue;
      const path = join(folder, `${index}.yaml`);
      await writeFile(path, template);
      paths.push(path);
    }
    const args = ['--non-zero-exit-code', 'error', '--format', 'parseable', ...paths];
    const said = await promisify(execFile)(getWitness('cfn-lint'), args, { timeout: LINT_LIMIT_MS }).then(
      () => '',
      (error: { readonly stdout?: string }) => error.stdout || String(error),
    );
    return said.replaceAll(/^.*\/(\d+)\.yaml:\d+:\d+:\d+:\d+:(\w+):/gm, (_, index, rule) => {
      const block = blocks[Number(index)];
      return block === undefined ? '' : `${placeOf(block)}: ${rule}:`;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
