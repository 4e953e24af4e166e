import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FakeClone } from './fake-clone.ts';

const NPM_LINE = /installing the npm packages … done/;

describe('the set-up of npm packages', () => {
  let clone: FakeClone;
  beforeEach(() => {
    clone = new FakeClone();
    clone.python();
  });
  afterEach(() => clone[Symbol.dispose]());

  test('says what to do without npm', () => {
    const { status, sentence } = clone.setUp('local');
    assert.equal(status, 1);
    assert.match(sentence, /no npm was found: install it/);
  });

  for (const [reason, sentenceOf] of [
    ['npm error code ENOTFOUND', /npm registry was not reached: check the network and npm’s proxy/],
    [
      'npm error 407 Proxy Authentication Required - GET https://registry.npmjs.org/undici',
      /the proxy before the npm registry asks for a user and a password: put them into HTTPS_PROXY/,
    ],
    [
      'npm error code SELF_SIGNED_CERT_IN_CHAIN',
      /the certificate of the npm registry, .* is not trusted: .* in NODE_EXTRA_CA_CERTS/,
    ],
    ['npm error code EINTEGRITY', /npm could not install the packages, for the reason above/],
  ] as const) {
    test(`says what to do, and shows why: ${reason}`, () => {
      clone.program('npm', `console.error(${JSON.stringify(reason)}); process.exitCode = 1;`);
      const { status, sentence, stderr } = clone.setUp('local');
      assert.equal(status, 1);
      assert.match(sentence, sentenceOf);
      assert.ok(stderr.startsWith(`${reason}\n`), stderr);
    });
  }

  test('shows why also under npm run --silent', () => {
    clone.program(
      'npm',
      `const level = process.argv.findLast((arg) => arg.startsWith('--loglevel='))?.split('=')[1]
         ?? process.env.npm_config_loglevel;
       if (level !== 'silent') console.error('npm error code E500');
       process.exitCode = 1;`,
    );
    const { stderr } = clone.setUp('local', { env: { npm_config_loglevel: 'silent' } });
    assert.match(stderr, /npm error code E500/);
  });

  test('installs what development needs, also where the environment leaves it out', () => {
    clone.program('npm', `record(process.argv.slice(2).join(' '));`);
    clone.setUp('local', { env: { NODE_ENV: 'production' } });
    assert.match(clone.records()[0] ?? '', /^ci .*--include=dev/);
  });

  test('says what to do where npm ran no install scripts', () => {
    clone.npm('');
    const { status, sentence } = clone.setUp('local');
    assert.equal(status, 1);
    assert.match(sentence, /no Node 24.*npm rebuild node --ignore-scripts=false/);
  });

  test('installs again where the Node in node_modules is another platform’s', () => {
    clone.npm('not for this platform');
    clone.setUp('local');
    clone.npm();
    assert.match(clone.setUp('local').stdout, NPM_LINE);
    assert.equal(clone.setUp('local').stdout, '');
  });

  test('installs again where the locked packages have changed', () => {
    clone.npm();
    clone.setUp('local');
    const file = join(clone.folder, 'package-lock.json');
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    lock.packages['node_modules/undici'].version = '0.0.1';
    writeFileSync(file, JSON.stringify(lock));
    assert.match(clone.setUp('local').stdout, NPM_LINE);
    assert.equal(clone.setUp('local').stdout, '');
  });

  test('installs again what a broken-off install has left', () => {
    clone.npm();
    clone.setUp('local');
    const hidden = join(clone.folder, 'node_modules', '.package-lock.json');
    const left: readonly (() => void)[] = [
      () => rmSync(hidden),
      () => writeFileSync(hidden, readFileSync(hidden, 'utf8').slice(0, 1000)),
      () => rmSync(join(clone.folder, 'node_modules', 'undici'), { recursive: true }),
    ];
    for (const leave of left) {
      leave();
      assert.match(clone.setUp('local').stdout, NPM_LINE);
      assert.equal(clone.setUp('local').stdout, '');
    }
  });
});
