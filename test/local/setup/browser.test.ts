import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FakeClone, type SetUpOptions } from './fake-clone.ts';

const CHROME = `if (process.argv[2] === '--version') console.log('Google Chrome 142.0.7444.59 ');
  else console.log('shows ' + process.argv.slice(2).join('|'));`;
const STUB = `console.error('Command requires the chromium snap to be installed.'); process.exitCode = 1;`;

describe('the set-up of a browser', () => {
  let clone: FakeClone;
  let script = '';
  beforeEach(() => {
    clone = new FakeClone();
    script = join(clone.folder, '.cache', 'programs', 'chromium');
    clone.npm();
    clone.python();
    clone.program('actionlint', '');
  });
  afterEach(() => clone[Symbol.dispose]());

  /** What the Chrome that tests would start shows; undefined where the set-up has put none there. */
  function shown(): string | undefined {
    if (!existsSync(script)) return undefined;
    return spawnSync(script, ['one', 'and two'], { encoding: 'utf8', env: { PATH: clone.programs } }).stdout;
  }

  function setUp(options: SetUpOptions = {}): string {
    return clone.setUp('test', options).stdout;
  }

  for (const name of ['google-chrome', 'google-chrome-stable', 'chromium-browser']) {
    test(`takes ${name} in place of chromium, once`, () => {
      clone.program(name, CHROME);
      const stdout = setUp();
      assert.ok(stdout.includes(`set-up: the tests use ${name} as their Chromium\n`));
      assert.doesNotMatch(stdout, /chromium not installed|, chromium/);
      assert.equal(shown(), 'shows one|and two\n');
      assert.doesNotMatch(setUp(), /Chromium/);
    });
  }

  test('takes a Chrome of macOS, whose path has a space', () => {
    const chrome = join(
      clone.system,
      'Applications',
      'Google Chrome.app',
      'Contents',
      'MacOS',
      'Google Chrome',
    );
    mkdirSync(dirname(chrome), { recursive: true });
    writeFileSync(chrome, `#!${process.execPath}\n${CHROME}`, { mode: 0o755 });
    setUp();
    assert.equal(shown(), 'shows one|and two\n');
  });

  test('takes chromium as it is, and keeps no other one', () => {
    clone.program('google-chrome', CHROME);
    setUp();
    assert.ok(existsSync(script));
    clone.program('chromium', CHROME);
    setUp();
    assert.equal(existsSync(script), false);
  });

  test('takes what CHROME_PATH names before all others', () => {
    const named = join(clone.folder, "somebody's chrome");
    writeFileSync(named, `#!${process.execPath}\n${CHROME.replace('shows', 'named')}`, { mode: 0o755 });
    clone.program('chromium', CHROME);
    assert.match(
      setUp({ env: { CHROME_PATH: named } }),
      /the tests use .*somebody's chrome as their Chromium/,
    );
    assert.equal(shown(), 'named one|and two\n');
  });

  test('goes on where CHROME_PATH names none', () => {
    clone.program('google-chrome', CHROME);
    setUp({ env: { CHROME_PATH: join(clone.folder, 'gone') } });
    assert.equal(shown(), 'shows one|and two\n');
  });

  for (const [what, program] of [
    ['only names the snap', STUB],
    ['is the snap', `console.log('Chromium 142.0.7444.59 snap');`],
    ['is something else', `console.log('1.0');`],
  ] as const) {
    test(`takes no chromium-browser that ${what}`, () => {
      clone.program('chromium-browser', program);
      assert.match(
        setUp(),
        /chromium not installed, so the tests that need them are skipped; .*CHROME_PATH names/,
      );
      assert.equal(existsSync(script), false);
    });
  }

  test('takes no chromium that is the snap: it does not see what tests show', () => {
    clone.program('snap', CHROME);
    symlinkSync(join(clone.programs, 'snap'), join(clone.programs, 'chromium'));
    assert.match(setUp(), /chromium not installed/);
    clone.program('google-chrome', CHROME);
    setUp();
    assert.equal(shown(), 'shows one|and two\n');
  });

  test('leaves nothing of a Chrome that is gone', () => {
    clone.program('google-chrome', CHROME);
    setUp();
    rmSync(join(clone.programs, 'google-chrome'));
    assert.match(setUp(), /chromium not installed/);
    assert.equal(existsSync(script), false);
  });
});
