import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parseDocument } from 'yaml';
import { fencedBlocks } from '../../site/fenced-block.ts';
import { allFencedBlocks, placeOf } from '../support/docs/fenced-block.ts';
import { mistakeIn } from '../support/docs/known-command.ts';
import { shellCommands } from '../support/docs/shell-command.ts';
import { getWitness, witness } from '../support/witness.ts';

/** Every language that a page may have, and what holds its blocks. */
const HELD_BY: Readonly<Record<string, string>> = {
  json: 'this file',
  mermaid: 'test/integration/docs-site.test.ts',
  python: 'this file',
  sh: 'this file',
  text: 'nothing: it is what a program prints',
  ts: 'test/docs/code-blocks-types.test.ts',
  yaml: 'this file, and test/docs/code-blocks-templates.test.ts',
};

describe('the code blocks of the documentation', () => {
  for (const block of allFencedBlocks()) {
    test(`${placeOf(block)} is in a language that is held`, () => {
      assert.ok(HELD_BY[block.language], `«${block.language}» is none of ${Object.keys(HELD_BY).join(', ')}`);
      assert.notEqual(block.code.trim(), '');
    });
  }

  for (const block of allFencedBlocks('json')) {
    test(`${placeOf(block)} is JSON`, () => void JSON.parse(block.code));
  }

  for (const block of allFencedBlocks('yaml')) {
    test(`${placeOf(block)} is YAML`, () => {
      const { errors } = parseDocument(block.code, { logLevel: 'error' });
      assert.deepEqual(errors, []);
    });
  }

  for (const block of allFencedBlocks('sh')) {
    test(`${placeOf(block)} is a script of commands that there are`, async () => {
      await promisify(execFile)('bash', ['-n', '-c', block.code]);
      const mistakes = shellCommands(block.code).flatMap((command) => {
        const mistake = mistakeIn(command);
        return mistake === undefined ? [] : [`${command.join(' ')}: ${mistake}`];
      });
      assert.deepEqual(mistakes, []);
    });
  }

  for (const block of allFencedBlocks('python')) {
    test(`${placeOf(block)} compiles`, witness('python3'), async () => {
      const compile = 'import sys; compile(sys.argv[1], sys.argv[2], "exec")';
      await promisify(execFile)(getWitness('python3'), ['-c', compile, block.code, placeOf(block)]);
    });
  }
});

describe('what a script is held against', () => {
  const mistaken = [
    ['npm run nothing', /no script/],
    ['npm run local -- --only nothing', /--only/],
    ['npx deploytime nothing', /no command/],
    ['npx deploytime tag v1 --nothing', /no option --nothing/],
    ['deploytime fingerprint', /arguments, not 0/],
    ['node missing.ts', /no such file/],
    ['unheard-of --help', /not known/],
    ['echo "$(unheard-of)"', /not known/],
    ['diff <(deploytime fingerprint a) <(deploytime fingerprint --nothing b)', /no option/],
    ['A=1 B=2 \\\n  unheard-of # not a comment', /not known/],
  ] as const;
  for (const [script, expected] of mistaken) {
    test(`finds the mistake in ${JSON.stringify(script)}`, () => {
      const mistakes = shellCommands(script).flatMap((command) => mistakeIn(command) ?? []);
      assert.equal(mistakes.length, 1);
      assert.match(mistakes[0] ?? '', expected);
    });
  }

  test('takes a script apart as the shell does', () => {
    const script = `A=1\nnpm run local -- --only 'images' | cat && echo "a \\"b\\" c" \\\n  d # no more\n`;
    assert.deepEqual(shellCommands(script), [
      ['npm', 'run', 'local', '--', '--only', 'images'],
      ['cat'],
      ['echo', 'a \\"b\\" c', 'd'],
    ]);
  });
});

describe('fenced blocks', () => {
  test('are found with their line, in lists and behind longer fences too', () => {
    const markdown = 'a\n```sh\nx\n```\n- b\n  ```ts title\n  y\n    z\n  ```\n````yaml\n```\n````\n';
    assert.deepEqual(fencedBlocks('page.md', markdown), [
      { file: 'page.md', line: 3, language: 'sh', name: '', code: 'x\n' },
      { file: 'page.md', line: 7, language: 'ts', name: 'title', code: 'y\n  z\n' },
      { file: 'page.md', line: 11, language: 'yaml', name: '', code: '```\n' },
    ]);
  });

  test('that nothing closes are refused', () => {
    assert.throws(() => fencedBlocks('page.md', '```sh\nx\n'), /page\.md:1 opens/);
  });
});
