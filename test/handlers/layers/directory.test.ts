import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fingerprintDirectory } from '../../../handlers/layers/directory.ts';
import { parseExclusion } from '../../../handlers/layers/exclusion.ts';
import { fingerprintOf } from '../../../handlers/layers/fingerprint.ts';
import { LAYER_LIMITS } from '../../../handlers/layers/limits.ts';
import { unprivileged } from '../../support/unprivileged.ts';

describe('the fingerprint of a directory', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-directory-'));
    writeFileSync(join(folder, 'a'), 'x');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const refusal = (says: string, code = 'InvalidRequest') => ({
    code,
    message: `${folder} has no fingerprint: ${says}`,
  });

  test('does not depend on where it is, on times, owners and which bits make a file executable', () => {
    chmodSync(join(folder, 'a'), 0o700);
    const before = fingerprintDirectory(folder);
    chmodSync(join(folder, 'a'), 0o755);
    assert.equal(fingerprintDirectory(folder), before);
    const elsewhere = `${folder}-moved`;
    renameSync(folder, elsewhere);
    assert.equal(fingerprintDirectory(elsewhere), before);
    assert.equal(fingerprintDirectory(`${elsewhere}/`), before);
    renameSync(elsewhere, folder);
  });

  test('of nothing is that of an empty layer', () => {
    rmSync(join(folder, 'a'));
    mkdirSync(join(folder, 'empty'));
    assert.equal(fingerprintDirectory(folder), fingerprintOf([]));
  });

  test('takes line endings for content', () => {
    writeFileSync(join(folder, 'a'), 'x\n');
    const unix = fingerprintDirectory(folder);
    writeFileSync(join(folder, 'a'), 'x\r\n');
    assert.notEqual(fingerprintDirectory(folder), unix);
  });

  test('follows a symlink to the directory itself, and none within', () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    try {
      assert.equal(fingerprintDirectory(link), fingerprintDirectory(folder));
    } finally {
      rmSync(link);
    }
    symlinkSync('/', join(folder, 'root'));
    assert.match(fingerprintDirectory(folder), /^[0-9a-f]{64}$/);
  });

  test('does not look at what is left out', async () => {
    const before = fingerprintDirectory(folder);
    mkdirSync(join(folder, 'tests'));
    execFileSync('mkfifo', [join(folder, 'tests', 'pipe')]);
    assert.equal(fingerprintDirectory(folder, { exclude: parseExclusion(['tests']) }), before);
  });

  test('refuses a pipe and a socket by name', async () => {
    mkdirSync(join(folder, 'b'));
    execFileSync('mkfifo', [join(folder, 'b', 'pipe')]);
    assert.throws(
      () => fingerprintDirectory(folder),
      refusal('"b/pipe" is a pipe; files, folders and symlinks are allowed'),
    );
    rmSync(join(folder, 'b', 'pipe'));
    const server = createServer().listen(join(folder, 'b', 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      assert.throws(
        () => fingerprintDirectory(folder),
        refusal('"b/socket" is a socket; files, folders and symlinks are allowed'),
      );
    } finally {
      server.close();
    }
  });

  test('refuses a name that is not UTF-8, and one that a zip could not have', () => {
    const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]);
    writeFileSync(name, '');
    assert.throws(
      () => fingerprintDirectory(folder),
      refusal('the name, "a\ufffd", is not UTF-8, which is what is allowed'),
    );
    rmSync(name);
    writeFileSync(join(folder, 'a\\b'), '');
    assert.throws(
      () => fingerprintDirectory(folder),
      refusal('"a\\\\b" has a backslash in its name; parts are separated by "/"'),
    );
  });

  test('refuses symlinks in a circle', () => {
    mkdirSync(join(folder, 'b'));
    symlinkSync('../c/x', join(folder, 'b', 'x'));
    symlinkSync('b', join(folder, 'c'));
    assert.throws(() => fingerprintDirectory(folder), /"b\/x" is a symlink that leads in a circle/);
  });

  test('says what is not there, what is no directory and what can not be read', async () => {
    assert.throws(() => fingerprintDirectory(join(folder, 'none')), {
      code: 'NotFound',
      message: `${folder}/none has no fingerprint: it is not there`,
    });
    assert.throws(() => fingerprintDirectory(join(folder, 'a')), {
      code: 'InvalidRequest',
      message: `${folder}/a has no fingerprint: it is no directory`,
    });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'a'), 0);
    await unprivileged(() =>
      assert.throws(
        () => fingerprintDirectory(folder),
        refusal('"a" can\'t be read (EACCES)', 'AccessDenied'),
      ),
    );
  });

  test('refuses what Lambda would not take', () => {
    // Sparse: it takes no room on the disk.
    truncateSync(join(folder, 'a'), LAYER_LIMITS.expandedBytes + 1);
    assert.throws(
      () => fingerprintDirectory(folder),
      refusal(
        'its contents have more than 262144000 bytes, which is what Lambda takes unpacked',
        'ServiceLimitExceeded',
      ),
    );
    assert.throws(
      () => fingerprintDirectory(folder, { limits: { ...LAYER_LIMITS, entries: 0 } }),
      refusal('it has more than 0 files and folders, which is what is allowed', 'ServiceLimitExceeded'),
    );
  });
});
