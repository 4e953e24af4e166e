import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FakeClone } from './setup/fake-clone.ts';

describe('the set-up', () => {
  let clone: FakeClone;
  beforeEach(() => {
    clone = new FakeClone();
    clone.npm();
    clone.python();
  });
  afterEach(() => clone[Symbol.dispose]());

  test('refuses what it has no steps for', () => {
    const { status, sentence } = clone.setUp('everything');
    assert.equal(status, 1);
    assert.match(
      sentence,
      /"everything" is nothing to set up; run node local\/setup\.mjs build or local or programs or test/,
    );
  });

  test('says what it does, and nothing where all is there', () => {
    const { status, stdout, stderr } = clone.setUp('local');
    assert.equal(status, 0);
    assert.match(stdout, /^set-up: installing the npm packages … done \(\d+\.\d s\)$/m);
    assert.equal(stderr, '');
    assert.deepEqual(clone.setUp('local'), { status: 0, stdout: '', stderr: '', sentence: '' });
  });

  test('ends with the signal that ends it, and starts no further step', async () => {
    clone.program('npm', `record('npm'); setInterval(() => {}, 1000);`);
    const { endedBy, stderr } = await clone.endSetUp('local', 'npm', 'SIGTERM');
    assert.equal(endedBy, 'SIGTERM');
    assert.equal(stderr, 'set-up: ended by SIGTERM; run this again to go on\n');
    assert.deepEqual(clone.records(), ['npm']);

    clone.npm();
    assert.equal(clone.setUp('local').status, 0);
  });

  test('tells in a sentence what the file system refuses', () => {
    clone.setUp('local');
    clone.program(
      'python3',
      `if (process.argv[2] === '-c') console.log('3.12');
       else fs.mkdirSync('.venv/.requirements.json');`,
    );
    // A folder where a file is to be written fails for root too.
    writeFileSync(join(clone.folder, 'requirements.txt'), 'ministack==0\n');
    const { status, stderr } = clone.setUp('local');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^set-up: EISDIR: .*: see to it that this user may write there .*, then run this again\n$/,
    );
  });
});
