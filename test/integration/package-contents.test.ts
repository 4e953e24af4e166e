import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { succeed } from '../support/package/program.ts';
import { packTarball, type Tarball } from '../support/package/tarball.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Everything that a user gets; a new kind of file is put here by somebody who means it. */
const ALLOWED: readonly RegExp[] = [
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/(?:index\.js|package\.json|cli\.mjs|deploytime\.template\.json)$/,
  /^dist\/(?:THIRD-PARTY-LICENSES\.txt|sbom\.cdx\.json)$/,
  /^dist\/functions\/[a-z-]+\/index\.mjs$/,
  /^dist\/types\/stacks\/(?:constructs\/|permissions\/)?[a-z-]+\.d\.ts$/,
];
const NEEDED: readonly string[] = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/THIRD-PARTY-LICENSES.txt',
  'dist/cli.mjs',
  'dist/deploytime.template.json',
  'dist/functions/ecr-image/index.mjs',
  'dist/functions/image-tag/index.mjs',
  'dist/functions/layer-fingerprint/index.mjs',
  'dist/functions/scaling-step/index.mjs',
  'dist/functions/scheduled-scaling/index.mjs',
  'dist/functions/undelivered/index.mjs',
  'dist/index.js',
  'dist/package.json',
  'dist/sbom.cdx.json',
  'dist/types/stacks/index.d.ts',
  'package.json',
];
/** Twice what it is: a source map or a second copy of something shall not come unseen. */
const MAX_UNPACKED_BYTES = 20 * 1024 * 1024;

/** Keys of AWS, private keys, tokens of npm and GitHub. */
const SECRET =
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bnpm_[A-Za-z0-9]{36}\b|\bgh[pousr]_[A-Za-z0-9]{36}/;

describe('the npm package', () => {
  let tarball: Tarball;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-package-'));
    tarball = await packTarball(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('has the constructs, the command, the bundles and the template, and nothing else', () => {
    assert.deepEqual(
      tarball.files.filter((path) => !ALLOWED.some((pattern) => pattern.test(path))),
      [],
    );
    assert.deepEqual(
      NEEDED.filter((path) => !tarball.files.includes(path)),
      [],
    );
    assert.ok(tarball.unpackedBytes < MAX_UNPACKED_BYTES, `${tarball.unpackedBytes} bytes`);
  });

  test('names no place of the machine that built it, and no secret', () => {
    const places = [ROOT, homedir(), tmpdir()].filter((place) => place.split('/').length > 2);
    if (userInfo().username !== 'root') places.push(`/${userInfo().username}/`);
    const found = tarball.files.flatMap((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const secret = SECRET.exec(text)?.[0];
      return [
        ...places.filter((place) => text.includes(place)),
        ...(secret === undefined ? [] : [secret]),
      ].map((what) => `${path} has ${what}`);
    });
    assert.deepEqual(found, []);
  });

  test('declares nothing but what can be found in it', () => {
    const declarations = tarball.files.filter((path) => path.endsWith('.d.ts'));
    const modules = declarations.flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/(?:\bfrom |\bimport\()["']([^"']+)["']/g)].map(
        ([, name = '']) => (name.startsWith('.') ? join(path, '..', name) : name),
      ),
    );
    const missing = [...new Set(modules)].filter(
      (name) =>
        !/^(?:aws-cdk-lib(?:\/aws-[a-z]+)?|constructs)$/.test(name) &&
        !tarball.files.includes(name.replace(/\.js$/, '.d.ts')),
    );
    assert.deepEqual(missing, []);
  });

  test('has neither dependencies nor scripts that run where it is installed', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    assert.equal(manifest.dependencies, undefined);
    assert.equal(manifest.bundleDependencies, undefined);
    assert.deepEqual(
      ['preinstall', 'install', 'postinstall', 'prepare'].filter((script) => script in manifest.scripts),
      [],
    );
  });

  test('is as publint would have it', async () => {
    await run('publint', ['run', tarball.path, '--strict']);
  });

  // Of the template's own name only `exports` knows: resolution before Node 12 looks for a file in the root.
  test('has types for CommonJS, ES modules, bundlers and the resolution of old', async () => {
    await run('attw', [tarball.path, '--no-color', '--no-emoji', '--entrypoints', '.', './package.json']);
    await run('attw', [tarball.path, '--no-color', '--no-emoji', '--profile', 'node16']);
  });
});

/** One of this project's own programs. */
function run(program: string, args: readonly string[]): Promise<string> {
  return succeed(join(ROOT, 'node_modules', '.bin', program), args, { cwd: ROOT });
}
