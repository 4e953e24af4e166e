import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fingerprintDirectory } from '../../../handlers/layers/directory.ts';
import { parseExclusion } from '../../../handlers/layers/exclusion.ts';
import type { Fingerprint } from '../../../handlers/layers/fingerprint.ts';
import { fingerprintZip } from '../../../handlers/layers/zip.ts';
import { type Tree, treeOf, writeTree } from '../../support/layers/tree.ts';
import { zipByFflate, zipByYazl } from '../../support/layers/zip-writers.ts';
import { getWitness, witness } from '../../support/witness.ts';

const TREES = 500;
/** Of those, how many the slower programs write too. */
const WITNESSED_TREES = 20;
const ZIP_BY_PYTHON = `
import os, stat, sys, zipfile
for folder in sys.argv[1:]:
    with zipfile.ZipFile(folder + '.python.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
        for parent, folders, files in os.walk(folder):
            for name in folders + files:
                place = os.path.join(parent, name)
                path = os.path.relpath(place, folder)
                if os.path.islink(place):
                    info = zipfile.ZipInfo(path)
                    info.create_system, info.external_attr = 3, 0o120777 << 16
                    archive.writestr(info, os.readlink(place))
                else:
                    archive.write(place, path)
`;

/** A change, and what it makes of a tree; undefined where the tree has nothing to be changed so. */
const CHANGES: Readonly<Record<string, (tree: Tree) => Tree | undefined>> = {
  'one byte of a file': (tree) =>
    changeFile(
      tree,
      ({ content }) => content.length > 0,
      ({ content }) => ({
        content: Buffer.concat([Buffer.from([(content[0] ?? 0) ^ 1]), content.subarray(1)]),
      }),
    ),
  'a file with another name': (tree) =>
    changeFile(
      tree,
      () => true,
      ({ path }) => ({ path: `${path}-new` }),
    ),
  'the executable bit of a file': (tree) =>
    changeFile(
      tree,
      () => true,
      ({ isExecutable }) => ({ isExecutable: !isExecutable }),
    ),
  'the target of a symlink': (tree) => {
    const index = tree.links.findIndex(({ path }) => counts(path));
    const link = tree.links[index];
    if (link === undefined) return undefined;
    return { ...tree, links: tree.links.with(index, { ...link, target: `${link.target}x` }) };
  },
  'an empty file more': (tree) => ({
    ...tree,
    files: [...tree.files, { path: 'new', content: Buffer.alloc(0), isExecutable: false }],
  }),
};

/** Each tree is changed in one way, by turns, or is given what does not count. */
const TURNS = Object.keys(CHANGES).length + 1;
const turn = (number: number): number[] =>
  Array.from({ length: TREES }, (_, index) => index).filter((index) => index % TURNS === number);

const always = parseExclusion();
const counts = (path: string): boolean => !always.excludes(path);

describe('directory and zips of the same tree', () => {
  const trees = Array.from({ length: TREES }, (_, index) => treeOf(`tree ${index}`));
  const fingerprints: Fingerprint[] = [];
  let folder = '';
  const treeAt = (index: number): Tree => trees[index] ?? assert.fail(`there is no tree ${index}`);
  const place = (index: number) => join(folder, `${index}`);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-layers-'));
    for (const [index, tree] of trees.entries()) {
      writeTree(place(index), tree);
      fingerprints.push(fingerprintDirectory(place(index)));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const ofBytes = async (bytes: Buffer): Promise<Fingerprint> => {
    const file = join(folder, 'layer.zip');
    writeFileSync(file, bytes);
    return fingerprintZip(file);
  };

  test(`${TREES} trees have the same fingerprint as a directory and by yazl and fflate`, async () => {
    for (const [index, tree] of trees.entries()) {
      assert.equal(
        await ofBytes(await zipByYazl(tree, `${index}`)),
        fingerprints[index],
        `tree ${index}, yazl`,
      );
      assert.equal(
        await ofBytes(zipByFflate(tree, `${index}`)),
        fingerprints[index],
        `tree ${index}, fflate`,
      );
    }
  });

  test('the trees are not all alike', () => {
    assert.ok(new Set(fingerprints).size > TREES * 0.9);
    const files = trees.flatMap((tree) => tree.files);
    assert.ok(files.some(({ isExecutable }) => isExecutable));
    assert.ok(files.some(({ content }) => content.length === 0));
    assert.ok(files.some(({ path }) => !counts(path)));
    assert.ok(trees.flatMap(({ links }) => links).some(({ path }) => path.includes('/')));
  });

  for (const [number, [what, change]] of Object.entries(CHANGES).entries()) {
    test(`${what} makes another fingerprint`, async () => {
      let changed = 0;
      for (const index of turn(number)) {
        const other = change(treeAt(index));
        if (other === undefined) continue;
        changed += 1;
        assert.notEqual(await ofBytes(zipByFflate(other, `${index}`)), fingerprints[index], `tree ${index}`);
      }
      assert.ok(changed > TREES / TURNS / 4, `${changed} trees were changed`);
    });
  }

  test('what an interpreter or a Mac leaves behind, and an empty folder, make none', async () => {
    for (const index of turn(TURNS - 1)) {
      const tree = treeAt(index);
      const file = { content: Buffer.from(`${index}`), isExecutable: true };
      const more = ['__pycache__/a.txt', 'deep/__pycache__/b.cpython-313.pyc', 'n.pyc', 'deep/.DS_Store'];
      const other: Tree = {
        ...tree,
        files: [...tree.files, ...more.map((path) => ({ ...file, path: `new/${path}` }))],
        folders: [...tree.folders, 'new', 'new/empty'],
      };
      assert.equal(await ofBytes(zipByFflate(other, `${index}`)), fingerprints[index], `tree ${index}`);
    }
  });

  test('the zips of Python agree', witness('python3'), async () => {
    const folders = Array.from({ length: WITNESSED_TREES }, (_, index) => place(index));
    execFileSync(getWitness('python3'), ['-c', ZIP_BY_PYTHON, ...folders]);
    for (const [index, path] of folders.entries()) {
      assert.equal(await fingerprintZip(`${path}.python.zip`), fingerprints[index], `tree ${index}`);
    }
  });

  test('the zips of Info-ZIP agree', witness('zip'), async () => {
    for (let index = 0; index < WITNESSED_TREES; index += 1) {
      const names = readdirSync(place(index));
      if (names.length === 0) continue;
      const options = ['--quiet', '--recurse-paths', '--symlinks', index % 2 === 0 ? '-9' : '-0'];
      execFileSync(getWitness('zip'), [...options, `${place(index)}.info.zip`, '.'], { cwd: place(index) });
      assert.equal(await fingerprintZip(`${place(index)}.info.zip`), fingerprints[index], `tree ${index}`);
    }
  });
});

function changeFile(
  tree: Tree,
  isMeant: (file: Tree['files'][number]) => boolean,
  change: (file: Tree['files'][number]) => Partial<Tree['files'][number]>,
): Tree | undefined {
  const index = tree.files.findIndex((file) => counts(file.path) && isMeant(file));
  const file = tree.files[index];
  return file && { ...tree, files: tree.files.with(index, { ...file, ...change(file) }) };
}
