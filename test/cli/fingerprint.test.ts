import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import yazl from 'yazl';
import { fingerprintZip } from '../../handlers/layers/zip.ts';
import { type CommandEnd, runCommand } from './command.ts';

/** A layer of three entries, and what is never part of one. */
const FILES = {
  'python/shop.py': { content: 'VERSION = 1\n', mode: 0o644 },
  'bin/run': { content: '#!/bin/sh\n', mode: 0o755 },
  'python/__pycache__/shop.pyc': { content: 'compiled', mode: 0o644 },
} as const;
const LINK = { path: 'python/lib', target: '../lib' } as const;

const LIST = [
  `executable  ${sha256(FILES['bin/run'].content)}  bin/run`,
  `symlink     ${LINK.path} -> ${LINK.target}`,
  `file        ${sha256(FILES['python/shop.py'].content)}  python/shop.py`,
  '',
].join('\n');

/** As docs/layer-fingerprint.md says, and without the code that is tested. */
const FINGERPRINT = sha256(
  [
    'deploytime-layer-fingerprint-v1\n',
    `executable\0bin/run\0${sha256(FILES['bin/run'].content)}\0`,
    `symlink\0${LINK.path}\0${LINK.target}\0`,
    `file\0python/shop.py\0${sha256(FILES['python/shop.py'].content)}\0`,
  ].join(''),
);

describe('deploytime fingerprint', () => {
  let cwd = '';
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'deploytime-fingerprint-'));
    for (const [path, { content, mode }] of Object.entries(FILES)) {
      await mkdir(join(cwd, 'layer', path, '..'), { recursive: true });
      await writeFile(join(cwd, 'layer', path), content);
      await chmod(join(cwd, 'layer', path), mode);
    }
    await symlink(LINK.target, join(cwd, 'layer', LINK.path));
    await writeFile(join(cwd, 'layer.zip'), await zipOfLayer());
  });
  after(() => rm(cwd, { recursive: true, force: true }));

  const fingerprint = (...args: readonly string[]): Promise<CommandEnd> =>
    runCommand(['fingerprint', ...args], { cwd });

  test('gives a directory the digits that are documented', async () => {
    assertDone(await fingerprint('layer'), `${FINGERPRINT}\n`);
  });

  test('gives a zip of it the same digits, which are the service’s', async () => {
    assertDone(await fingerprint('layer.zip'), `${FINGERPRINT}\n`);
    assert.equal(await fingerprintZip(join(cwd, 'layer.zip')), FINGERPRINT);
  });

  test('gives several a line each, as sha256sum does', async () => {
    assertDone(await fingerprint('layer', 'layer.zip'), `${FINGERPRINT}  layer\n${FINGERPRINT}  layer.zip\n`);
  });

  test('lists what went in, the same for a directory and its zip', async () => {
    assertDone(await fingerprint('--list', 'layer'), LIST);
    assertDone(await fingerprint('--list', 'layer.zip'), LIST);
    assertDone(
      await fingerprint('--list', 'layer', 'layer.zip'),
      `${FINGERPRINT}  layer\n${LIST}${FINGERPRINT}  layer.zip\n${LIST}`,
    );
  });

  test('leaves out what is excluded', async () => {
    const { stdout } = await fingerprint('--list', 'layer', '--exclude', 'bin/', '--exclude', 'lib');
    assert.equal(stdout, `${LIST.split('\n')[2]}\n`);
    assert.notEqual((await fingerprint('layer', '--exclude', 'bin/')).stdout, `${FINGERPRINT}\n`);
    assertDone(await fingerprint('layer', '--exclude', 'no-such'), `${FINGERPRINT}\n`);
  });

  test('prints one JSON object', async () => {
    const bytes = FILES['python/shop.py'].content.length + FILES['bin/run'].content.length;
    const { stdout } = await fingerprint('--json', 'layer', 'layer.zip');
    assert.deepEqual(JSON.parse(stdout), {
      layers: [
        { path: 'layer', kind: 'directory', fingerprint: FINGERPRINT, entries: 3, bytes },
        {
          path: 'layer.zip',
          kind: 'zip',
          fingerprint: FINGERPRINT,
          entries: 3,
          bytes,
        },
      ],
    });
    const listed = JSON.parse((await fingerprint('--json', '--list', 'layer')).stdout);
    assert.deepEqual(listed.layers[0].list, [
      { kind: 'executable', path: 'bin/run', sha256: sha256(FILES['bin/run'].content) },
      { kind: 'symlink', path: LINK.path, target: LINK.target },
      { kind: 'file', path: 'python/shop.py', sha256: sha256(FILES['python/shop.py'].content) },
    ]);
  });

  test('writes a name with a line break so that it stays one line', async () => {
    await mkdir(join(cwd, 'odd'));
    await writeFile(join(cwd, 'odd', 'a\nb'), '');
    assertDone(await fingerprint('--list', 'odd'), `file        ${sha256('')}  "a\\nb"\n`);
  });

  test('refuses what is neither, and prints nothing of the others then', async () => {
    await writeFile(join(cwd, 'broken.zip'), (await readFile(join(cwd, 'layer.zip'))).subarray(0, 100));
    for (const [path, sentence] of [
      ['no-such', /^deploytime: no-such has no fingerprint: it is not there\n$/],
      ['broken.zip', /^deploytime: broken\.zip has no fingerprint: it is no zip that can be read/],
      ['layer/bin/run', /^deploytime: layer\/bin\/run has no fingerprint: it is no zip that can be read/],
    ] as const) {
      const { exitCode, stdout, stderr } = await fingerprint('layer', path);
      assert.match(stderr, sentence);
      assert.deepEqual([exitCode, stdout], [2, '']);
    }
  });

  test('refuses a pattern that is none', async () => {
    const { exitCode, stderr } = await fingerprint('layer', '--exclude', '!bin');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^deploytime: "!bin" is no pattern to exclude files by/);
  });
});

async function zipOfLayer(): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [path, { content, mode }] of Object.entries(FILES).reverse()) {
    zip.addBuffer(Buffer.from(content), path, { mode: 0o100000 | mode });
  }
  zip.addBuffer(Buffer.from(LINK.target), LINK.path, { mode: 0o120777 });
  zip.end();
  return buffer(zip.outputStream);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function assertDone(end: CommandEnd, stdout: string): void {
  assert.deepEqual(end, { exitCode: 0, stdout, stderr: '' });
}
