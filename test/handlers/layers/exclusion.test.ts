import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS, parseExclusion } from '../../../handlers/layers/exclusion.ts';

/** Per pattern the files that it leaves out, and some that it doesn't. */
const CASES: readonly (readonly [pattern: string, excluded: readonly string[], kept: readonly string[]])[] = [
  ['*.md', ['a.md', 'b/c/a.md', '.md', 'docs.md/x'], ['a.mdx', 'md', 'a.MD']],
  ['tests', ['tests', 'a/tests', 'a/tests/b/c'], ['tests2', 'a/mytests/b']],
  ['tests/', ['tests/a', 'b/tests/a'], ['tests', 'b/tests']],
  ['/tests', ['tests', 'tests/a'], ['a/tests', 'a/tests/b']],
  ['/tests/', ['tests/a'], ['tests', 'a/tests/b']],
  ['python/tests', ['python/tests', 'python/tests/a'], ['a/python/tests', 'tests']],
  ['python/**/tests', ['python/tests', 'python/a/b/tests/c'], ['tests', 'python/tests2']],
  ['**/tests/*.py', ['tests/a.py', 'a/b/tests/a.py'], ['tests/a/b.py']],
  ['docs/**', ['docs/a', 'docs/a/b', 'docs/.hidden'], ['doc/a', 'a/docs/b']],
  ['*', ['a', '.hidden', 'a/b'], []],
  ['lib?.so', ['lib1.so', 'a/libx.so'], ['lib.so', 'lib12.so']],
  ['*.{md,txt}', ['a.md', 'a.txt'], ['a.rst']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[!a]x', ['bx', '!x'], ['ax']],
  ['[^a]x', ['bx'], ['ax']],
  ['libstdc++.so*', ['libstdc++.so.6', 'lib/libstdc++.so'], ['libstdc.so']],
  ['$a @b', ['$a @b'], ['a @b']],
  ['**/[ab]*/**/*.{md,txt}', ['a1/b.md', 'x/b2/y/z.txt'], ['c/b.md', 'a1/b.rst']],
  ['Ünï*', ['Ünïcode'], ['ünïcode']],
];

const REFUSED: readonly (readonly [pattern: string, says: string])[] = [
  ['', 'it names nothing'],
  ['/', 'it names nothing'],
  ['!a', 'a pattern can exclude, but not take back what another excludes'],
  ['a\\b', 'it has a backslash; folders are separated by "/"'],
  ['+(a)', 'it has "("; wildcards are *, **, ?, [a-z] and {a,b}'],
  ['a|b', 'it has "|"; wildcards are *, **, ?, [a-z] and {a,b}'],
  ['"a"', 'it has "\\""; wildcards are *, **, ?, [a-z] and {a,b}'],
  ['a\0', 'it has "\\u0000"; wildcards are *, **, ?, [a-z] and {a,b}'],
  ['../a', 'none of its parts may be empty or ".", or have ".."'],
  ['a{1..3}', 'none of its parts may be empty or ".", or have ".."'],
  ['./a', 'none of its parts may be empty or ".", or have ".."'],
  ['a//b', 'none of its parts may be empty or ".", or have ".."'],
  ['[a', 'missing closing: "]"'],
  ['a]', 'missing opening: "["'],
  ['{a,b', 'missing closing: "}"'],
  ['**/a/**/a*{b,c}*d*/**', 'it has 7 of "*", "**" and "{…}"; 6 are allowed'],
  [`${'{a,aa}'.repeat(30)}b`, 'it has 30 of "*", "**" and "{…}"; 6 are allowed'],
  ['[z-a]', 'range out of order in character class'],
];

describe('patterns to exclude files by', () => {
  for (const [pattern, excluded, kept] of CASES) {
    test(`"${pattern}"`, () => {
      const exclusion = parseExclusion([pattern]);
      for (const path of excluded) assert.ok(exclusion.excludes(path), `${path} is left out`);
      for (const path of kept) assert.ok(!exclusion.excludes(path), `${path} is kept`);
    });
  }

  for (const [pattern, says] of REFUSED) {
    test(`${JSON.stringify(pattern)} is refused`, () => {
      assert.throws(() => parseExclusion([pattern]), {
        code: 'InvalidRequest',
        message: `${JSON.stringify(pattern)} is no pattern to exclude files by: ${says}`,
      });
    });
  }

  test('what always holds, holds at any depth and needs no pattern', () => {
    const exclusion = parseExclusion();
    for (const path of [
      '__pycache__/a',
      'a/__pycache__/b/c',
      'a.pyc',
      'a/b.pyc',
      '.DS_Store',
      'a/.DS_Store',
    ]) {
      assert.ok(exclusion.excludes(path), path);
    }
    for (const path of ['__pycache__', 'pycache/a', 'a.py', 'a.pyc.txt', 'DS_Store']) {
      assert.ok(!exclusion.excludes(path), path);
    }
    assert.ok(exclusion.excludesFolder('a/__pycache__'));
    assert.ok(!exclusion.excludesFolder(''));
  });

  test('too many and too long ones are refused', () => {
    assert.throws(() => parseExclusion(Array(MAX_PATTERNS + 1).fill('a')), {
      code: 'ServiceLimitExceeded',
      message: 'there are 51 patterns to exclude; 50 are allowed',
    });
    const long = 'a'.repeat(MAX_PATTERN_LENGTH + 1);
    assert.throws(() => parseExclusion([long]), /it has 257 characters; 256 are allowed$/);
    assert.ok(parseExclusion(Array(MAX_PATTERNS).fill('a'.repeat(MAX_PATTERN_LENGTH))));
  });
});
