import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { type BundledPackage, readInventory } from '../../packaging/inventory.ts';

/** A project of its own: what it bundles imports packages that import others. */
const FILES: Readonly<Record<string, string>> = {
  'package-lock.json': JSON.stringify({
    packages: { 'node_modules/used': { integrity: 'sha512-AAAA' }, 'node_modules/@scope/inner': {} },
  }),
  'one.ts': `import { used } from 'used'; import { unused } from 'unused'; console.log(used);`,
  'two.ts': `import { inner } from '@scope/inner/deep/file.js'; console.log(inner);`,
  'node_modules/used/package.json': JSON.stringify({
    name: 'used',
    version: '1.0.0',
    license: 'MIT',
    repository: { url: 'git+https://github.com/owner/used.git' },
    dependencies: { '@scope/inner': '2', unused: '1', absent: '1' },
  }),
  'node_modules/used/index.js': `import { inner } from '@scope/inner/deep/file.js'; export const used = inner + 'used';`,
  'node_modules/used/node_modules/@scope/inner/package.json': JSON.stringify({
    name: '@scope/inner',
    version: '2.0.0',
    license: 'ISC',
    repository: 'https://github.com/owner/inner/tree/main/packages/inner',
  }),
  'node_modules/used/node_modules/@scope/inner/deep/file.js': `export const inner = String(Math.random());`,
  'node_modules/@scope/inner/package.json': JSON.stringify({ name: '@scope/inner', version: '1.0.0' }),
  'node_modules/@scope/inner/deep/file.js': `export const inner = 'old';`,
  'node_modules/unused/package.json': JSON.stringify({
    name: 'unused',
    version: '1.0.0',
    license: 'MIT',
    sideEffects: false,
  }),
  'node_modules/unused/index.js': `export const unused = 'nobody asks for it';`,
};

describe('the inventory of bundles', () => {
  let folder = '';
  let inventory: readonly BundledPackage[] = [];

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'deploytime-inventory-')));
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const bundles = ['one', 'two'].map(async (name) => {
      const file = join(folder, 'dist', `${name}.mjs`);
      const { metafile } = await build({
        entryPoints: [join(folder, `${name}.ts`)],
        outfile: file,
        bundle: true,
        format: 'esm',
        metafile: true,
        absWorkingDir: folder,
      });
      return { file, metafile };
    });
    inventory = readInventory(await Promise.all(bundles), folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('has each package with code in a bundle, by folder, and those bundles', () => {
    assert.deepEqual(
      inventory.map(({ folder: place, name, version, bundles }) => [place, name, version, bundles]),
      [
        ['node_modules/@scope/inner', '@scope/inner', '1.0.0', ['dist/two.mjs']],
        ['node_modules/used', 'used', '1.0.0', ['dist/one.mjs']],
        ['node_modules/used/node_modules/@scope/inner', '@scope/inner', '2.0.0', ['dist/one.mjs']],
      ],
    );
  });

  test('has not what esbuild could leave out whole', () => {
    assert.equal(
      inventory.some(({ name }) => name === 'unused'),
      false,
    );
  });

  test('finds a dependency where Node would, and leaves out those that are not bundled', () => {
    assert.deepEqual(inventory[1]?.dependencies, ['node_modules/used/node_modules/@scope/inner']);
  });

  test('tells what the project itself imports from what came with it', () => {
    assert.deepEqual(
      inventory.map(({ isDirect }) => isDirect),
      [true, true, false],
    );
  });

  test('has what the package says of itself, and what the lock file says of its archive', () => {
    const said = inventory.map(({ licence, repository, integrity, files }) => [
      licence,
      repository,
      integrity,
      files,
    ]);
    assert.deepEqual(said, [
      ['', undefined, undefined, ['deep/file.js']],
      ['MIT', 'owner/used', 'sha512-AAAA', ['index.js']],
      ['ISC', 'owner/inner', undefined, ['deep/file.js']],
    ]);
  });
});
