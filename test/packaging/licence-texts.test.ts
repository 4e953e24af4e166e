import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BundledPackage } from '../../packaging/inventory.ts';
import { readLicenceTexts } from '../../packaging/licence-texts.ts';
import { bundledPackage } from './sample-package.ts';

const FILES: Readonly<Record<string, string>> = {
  'LICENSE.md': '\r\n   Indented heading\r\nand more  \r\n\r\n',
  'NOTICE.txt': 'Notice\n',
  'license.js': 'export {};\n',
  'README.md': 'License: MIT\n',
  'lib/deep/Copying': 'Copying\n',
  'lib/file.js': '',
  'other/LICENSE': 'Of code that is not bundled\n',
};

describe('the licence texts of a package', () => {
  let root = '';
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'deploytime-licences-'));
    for (const [name, text] of Object.entries(FILES)) {
      const path = join(root, 'node_modules', 'sample', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  function read(overrides: Partial<BundledPackage>) {
    return readLicenceTexts(bundledPackage({ ...overrides, name: 'sample' }), root);
  }

  test('are those of its folder, line by line, and no code that is named so', () => {
    assert.deepEqual(read({ files: ['index.js'] }), [
      { name: 'LICENSE.md', text: '   Indented heading\nand more\n' },
      { name: 'NOTICE.txt', text: 'Notice\n' },
    ]);
  });

  test('are also those between its folder and a bundled file', () => {
    assert.deepEqual(
      read({ files: ['lib/deep/a/b.js', 'lib/file.js'] }).map(({ name }) => name),
      ['LICENSE.md', 'NOTICE.txt', 'lib/deep/Copying'],
    );
  });

  test('are completed by what is kept for its repository, but for what it has itself', () => {
    const kept = read({ files: ['index.js'], repository: 'aws/aws-sdk-js-v3' });
    assert.deepEqual(
      kept.map(({ name }) => name),
      ['LICENSE.md', 'NOTICE.txt'],
    );
    const xray = readLicenceTexts(
      bundledPackage({ name: 'empty', repository: 'aws/aws-xray-sdk-node' }),
      root,
    );
    assert.deepEqual(
      xray.map(({ name }) => name),
      ['NOTICE'],
    );
    assert.match(xray[0]?.text ?? '', /software developed at/);
  });

  test('are none where nobody has one', () => {
    assert.deepEqual(
      readLicenceTexts(bundledPackage({ name: 'empty', repository: 'nobody/nothing' }), root),
      [],
    );
    assert.deepEqual(readLicenceTexts(bundledPackage({ name: 'empty' }), root), []);
  });
});
