import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

/** A clone's files, without packages, and programs of which the set-up thinks that they are npm and Python. */
describe('the set-up', () => {
  let clone = '';
  let programs = '';
  before(() => {
    clone = mkdtempSync(join(tmpdir(), 'deploytime-setup-'));
    programs = join(clone, 'programs');
    mkdirSync(join(clone, 'local'));
    mkdirSync(programs);
    cpSync(join(ROOT, 'local', 'setup.mjs'), join(clone, 'local', 'setup.mjs'));
    cpSync(join(ROOT, 'local', 'setup'), join(clone, 'local', 'setup'), { recursive: true });
    for (const name of ['requirements.txt', 'requirements-test.txt', 'package-lock.json']) {
      cpSync(join(ROOT, name), join(clone, name));
    }
    symlinkSync(process.execPath, join(programs, 'node'));
  });
  after(() => rmSync(clone, { recursive: true, force: true }));

  function program(name: string, code: string): void {
    writeFileSync(join(programs, name), `#!${process.execPath}\n${code}\n`);
    chmodSync(join(programs, name), 0o755);
  }

  /** The fake npm ci, as far as the set-up looks at its result. */
  function npm(): void {
    program(
      'npm',
      `const fs = require('node:fs');
       fs.mkdirSync('node_modules/.bin', { recursive: true });
       fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: JSON.parse(fs.readFileSync('package-lock.json')).packages }));
       fs.rmSync('node_modules/.bin/node', { force: true });
       fs.writeFileSync('node_modules/.bin/node', '#!/bin/sh\\necho v24.0.0\\n', { mode: 0o755 });`,
    );
  }

  function setUp(purpose: string, environment: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(clone, 'local', 'setup.mjs'), purpose],
      {
        encoding: 'utf8',
        env: { PATH: programs, ...environment },
      },
    );
    return { status, stdout, stderr, sentence: stderr.trim().split('\n').at(-1) };
  }

  test('refuses what it has no steps for', () => {
    const { status, sentence } = setUp('everything');
    assert.equal(status, 1);
    assert.match(
      sentence ?? '',
      /"everything" is nothing to set up; run node local\/setup\.mjs local or test/,
    );
  });

  test('says what to do where the npm registry is out of reach', () => {
    program('npm', `console.error('npm error code ENOTFOUND'); process.exitCode = 1;`);
    const { status, sentence, stderr } = setUp('local');
    assert.equal(status, 1);
    assert.match(sentence ?? '', /npm registry was not reached: check the network/);
    assert.match(stderr, /npm error code ENOTFOUND/);
  });

  test('says what to do where npm ran no install scripts', () => {
    program('npm', `require('node:fs').mkdirSync('node_modules', { recursive: true });`);
    const { status, sentence } = setUp('local');
    assert.equal(status, 1);
    assert.match(sentence ?? '', /no Node 24.*npm rebuild node/);
  });

  test('says what to do without Python', () => {
    npm();
    const { status, sentence } = setUp('local');
    assert.equal(status, 1);
    assert.match(
      sentence ?? '',
      /no Python was found: install Python 3\.10 or later.*Docker.*AWS_ENDPOINT_URL/,
    );
  });

  test('says which Python is too old', () => {
    npm();
    program('python3', `console.log('3.9');`);
    const { status, sentence } = setUp('local');
    assert.equal(status, 1);
    assert.match(sentence ?? '', /only an older Python was found \(python3 is 3\.9\)/);
  });

  test('says what to do where Python can make no environment', () => {
    npm();
    program('python3', `if (process.argv[2] === '-c') console.log('3.12'); else process.exitCode = 1;`);
    const { status, sentence } = setUp('local');
    assert.equal(status, 1);
    assert.match(sentence ?? '', /apt-get install python3-venv/);
  });

  test('needs no Python where an account is given', () => {
    npm();
    program('python3', 'process.exitCode = 1;');
    assert.equal(setUp('local', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }).status, 0);
  });

  test('says what to do where the Python package index is out of reach, and ends the work later', () => {
    npm();
    const pip = (result: string) =>
      program(
        'python3',
        `const fs = require('node:fs');
         if (process.argv[2] === '-c') console.log('3.12');
         else if (process.argv[3] === 'venv') {
           fs.mkdirSync(process.argv[4] + '/bin', { recursive: true });
           fs.symlinkSync(__filename, process.argv[4] + '/bin/python');
         } else { ${result} }`,
      );
    pip(`console.error('NewConnectionError: Failed to establish'); process.exitCode = 1;`);
    const first = setUp('local');
    assert.equal(first.status, 1);
    assert.match(first.sentence ?? '', /Python package index was not reached/);

    pip('');
    const second = setUp('local');
    assert.equal(second.status, 0);
    assert.match(second.stdout, /installing the Python packages of requirements\.txt … done/);
    assert.doesNotMatch(second.stdout, /npm packages/);

    assert.deepEqual(
      { ...setUp('local'), sentence: '' },
      { status: 0, stdout: '', stderr: '', sentence: '' },
    );
  });

  test('says which tests are skipped without apt-get', () => {
    npm();
    program('python3', `console.log('3.12');`);
    mkdirSync(join(clone, '.venv', 'bin'), { recursive: true });
    rmSync(join(clone, '.venv', 'bin', 'python'), { force: true });
    symlinkSync(join(programs, 'python3'), join(clone, '.venv', 'bin', 'python'));
    const { status, stdout } = setUp('test');
    assert.equal(status, 0);
    assert.match(
      stdout,
      /skopeo.* not installed, so the tests that need them are skipped;.*apt-get install.*skopeo/,
    );
  });

  test('installs again where the locked packages have changed', () => {
    npm();
    assert.equal(setUp('local').stdout, '');
    const file = join(clone, 'package-lock.json');
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    lock.packages['node_modules/undici'].version = '0.0.1';
    writeFileSync(file, JSON.stringify(lock));
    assert.match(setUp('local').stdout, /installing the npm packages … done/);
    assert.equal(setUp('local').stdout, '');
  });
});
