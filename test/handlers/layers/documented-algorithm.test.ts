import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fingerprintDirectory } from '../../../handlers/layers/directory.ts';
import { MAX_PATTERN_LENGTH, MAX_PATTERNS, MAX_WILDCARDS } from '../../../handlers/layers/exclusion.ts';
import { LAYER_LIMITS, RATIO_FREE_BYTES } from '../../../handlers/layers/limits.ts';
import { MAX_PATH_BYTES, MAX_PATH_DEPTH } from '../../../handlers/layers/path.ts';
import { type Tree, treeOf, writeTree } from '../../support/layers/tree.ts';
import { getWitness, witness } from '../../support/witness.ts';

const TREES = 25;
const MIB = 1024 * 1024;
const page = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'docs', 'layer-fingerprint.md'),
  'utf8',
);

/** The page's test vector. */
const VECTOR: Tree = {
  files: [
    { path: 'bin/run', content: Buffer.from('#!/bin/sh\n'), isExecutable: true },
    { path: 'lib/__pycache__/a.pyc', content: Buffer.from('anything'), isExecutable: false },
    { path: 'lib/a.txt', content: Buffer.from('hello\n'), isExecutable: false },
    { path: 'lib/\ufb01', content: Buffer.alloc(0), isExecutable: false },
    { path: 'lib/\u{1f600}', content: Buffer.from('x'), isExecutable: false },
  ],
  links: [{ path: 'lib/latest', target: 'a.txt' }],
  folders: ['empty'],
};

describe('docs/layer-fingerprint.md', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-documented-'));
    writeTree(join(folder, 'vector'), VECTOR);
    for (let index = 0; index < TREES; index += 1) {
      writeTree(join(folder, `${index}`), treeOf(`documented ${index}`));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const block = (language: string): string => {
    const found = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(page);
    return found?.[1] ?? assert.fail(`the page has no block in ${language}`);
  };

  test('has the fingerprint of its test vector', () => {
    const [, documented] = /^has the fingerprint\n\n```text\n([0-9a-f]{64})\n```$/m.exec(page) ?? [];
    assert.equal(fingerprintDirectory(join(folder, 'vector')), documented);
  });

  test('has a program that gives the same fingerprints', witness('python3'), () => {
    for (const name of ['vector', ...Array.from({ length: TREES }, (_, index) => `${index}`)]) {
      const path = join(folder, name);
      const output = execFileSync(getWitness('python3'), ['-c', block('python'), path], { encoding: 'utf8' });
      assert.equal(output.trim(), fingerprintDirectory(path), name);
    }
  });

  test('has the bounds that hold', () => {
    const number = (value: number): string => value.toLocaleString('en');
    const { archiveBytes, expandedBytes, ratio, entries } = LAYER_LIMITS;
    for (const row of [
      `| the zip | ${archiveBytes / MIB} MiB |`,
      `| all contents | ${number(expandedBytes)} bytes,`,
      `| contents to zip | ${ratio} to 1, where the contents are more than ${RATIO_FREE_BYTES / MIB} MiB |`,
      `| files and folders | ${number(entries)} |`,
      `| a path, a symlink's target | ${number(MAX_PATH_BYTES)} bytes, ${MAX_PATH_DEPTH} levels |`,
    ]) {
      assert.ok(page.includes(row), row);
    }
    const patterns = `There may be ${MAX_PATTERNS} patterns of ${MAX_PATTERN_LENGTH} characters. Each may have up to ${MAX_WILDCARDS} of `;
    assert.ok(page.replaceAll('\n', ' ').includes(patterns), patterns);
  });
});
