import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FakeClone } from './fake-clone.ts';

const ENVIRONMENT_LINE = /making a Python environment in \.venv … done/;
const PIP_LINE = /installing the Python packages of requirements\.txt … done/;
const IS_QUESTION = `process.argv[2] === '-c'`;

describe('the set-up of the Python environment', () => {
  let clone: FakeClone;
  let environment = '';
  beforeEach(() => {
    clone = new FakeClone();
    environment = join(clone.folder, '.venv');
    clone.npm();
  });
  afterEach(() => clone[Symbol.dispose]());

  test('says what to do without Python', () => {
    const { status, sentence } = clone.setUp('local');
    assert.equal(status, 1);
    assert.match(
      sentence,
      /no Python was found: install Python 3\.10 or later with pip and venv.*python3-venv.*Docker.*AWS_ENDPOINT_URL/,
    );
  });

  test('names no way without Python for the tests: there is none', () => {
    const { status, sentence } = clone.setUp('test', { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' } });
    assert.equal(status, 1);
    assert.match(sentence, /no Python was found: install Python 3\.10 or later .*not on the PATH\)$/);
  });

  test('says which Python is too old', () => {
    clone.program('python3', `console.log('3.9');`);
    const { status, sentence } = clone.setUp('local');
    assert.equal(status, 1);
    assert.match(sentence, /only an older Python was found \(python3 is 3\.9\)/);
  });

  test('takes the Python that PYTHON names before all others', () => {
    clone.python();
    const named = join(clone.folder, 'my-python');
    writeFileSync(named, `#!/bin/sh\necho "named $1" >> "${clone.record}"\nexec python3 "$@"\n`, {
      mode: 0o755,
    });
    assert.equal(clone.setUp('local', { env: { PYTHON: named } }).status, 0);
    assert.deepEqual(clone.records(), ['named -c', 'named -m', 'pip']);
  });

  for (const [what, venv] of [
    ['has no venv module', `console.error('No module named venv'); process.exitCode = 1;`],
    [
      'has no ensurepip',
      `fs.mkdirSync(process.argv[4], { recursive: true });
       console.log('The virtual environment was not created successfully because ensurepip is not available.');
       process.exitCode = 1;`,
    ],
    ['makes an environment without pip', `fs.mkdirSync(process.argv[4] + '/bin', { recursive: true });`],
  ] as const) {
    test(`says what to do where Python ${what}, and leaves no half environment`, () => {
      clone.program('python3', `if (${IS_QUESTION}) console.log('3.12'); else { ${venv} }`);
      const { status, sentence } = clone.setUp('local');
      assert.equal(status, 1);
      assert.match(
        sentence,
        /python3 could not make an environment with pip: .*apt-get install python3-venv.*PYTHON/,
      );
      assert.equal(existsSync(environment), false);
    });
  }

  test('needs no Python where an account is given', () => {
    clone.program('python3', 'process.exitCode = 1;');
    assert.equal(clone.setUp('local', { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' } }).status, 0);
  });

  for (const [reason, sentenceOf] of [
    ['NewConnectionError: Failed to establish', /Python package index was not reached/],
    ['ERROR: Could not find a version (from versions: none)', /Python package index was not reached/],
    ['[SSL: CERTIFICATE_VERIFY_FAILED]', /certificate of the Python package index, .* in PIP_CERT/],
    ['ERROR: no space', /pip could not install the packages, for the reason above; remove \.venv/],
  ] as const) {
    test(`says what to do, shows why, and ends the work later: ${reason}`, () => {
      clone.python(`console.error(${JSON.stringify(reason)}); process.exitCode = 1;`);
      const first = clone.setUp('local');
      assert.equal(first.status, 1);
      assert.match(first.sentence, sentenceOf);
      assert.ok(first.stderr.startsWith(`${reason}\n`), first.stderr);

      clone.python();
      const second = clone.setUp('local');
      assert.equal(second.status, 0);
      assert.match(second.stdout, PIP_LINE);
      assert.doesNotMatch(second.stdout, /npm packages|environment/);
      assert.equal(clone.setUp('local').stdout, '');
    });
  }

  test('installs again where pip was killed', async () => {
    clone.python(`record('at work'); setInterval(() => {}, 1000);`);
    await clone.endSetUp('local', 'at work', 'SIGTERM');
    clone.python();
    assert.match(clone.setUp('local').stdout, PIP_LINE);
    assert.equal(clone.setUp('local').stdout, '');
  });

  test('adds what tests need to what the local run needs', () => {
    clone.python();
    clone.setUp('local');
    const { stdout } = clone.setUp('test');
    assert.match(
      stdout,
      /installing the Python packages of requirements\.txt and requirements-test\.txt … done/,
    );
    assert.doesNotMatch(stdout, ENVIRONMENT_LINE);
    assert.equal(clone.setUp('local').stdout, '');
  });

  test('makes an environment anew that is broken, and one that has moved', () => {
    clone.python();
    clone.setUp('local');
    const breaks: readonly (() => void)[] = [
      // Killed before pip was there.
      () => rmSync(join(environment, 'bin', 'pip')),
      // The Python that it was made of is gone.
      () => rmSync(join(environment, 'bin', 'python')),
      () => writeFileSync(join(environment, 'bin', 'pip'), '#!/where/the/clone/was/.venv/bin/python3'),
      () => {
        rmSync(environment, { recursive: true });
        mkdirSync(environment);
      },
    ];
    for (const breakEnvironment of breaks) {
      breakEnvironment();
      const { stdout } = clone.setUp('local');
      assert.match(stdout, ENVIRONMENT_LINE);
      assert.match(stdout, PIP_LINE);
      assert.equal(clone.setUp('local').stdout, '');
    }
  });
});
