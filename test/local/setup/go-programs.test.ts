import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FakeClone } from './fake-clone.ts';

/** Go, as far as it puts a program into the folder that it is told; its program says which version it is. */
const GO = `
  const [, name, version] = /([^/]+)@(.+)$/.exec(process.argv[3]);
  record(process.argv.slice(2).join(' '));
  fs.mkdirSync(process.env.GOBIN, { recursive: true });
  const said = version + '\\ninstalled by building from source\\n';
  fs.writeFileSync(path.join(process.env.GOBIN, name), '#!' + process.execPath + '\\nprocess.stdout.write(' + JSON.stringify(said) + ');', { mode: 0o755 });`;
const CI = { env: { CI: 'true' } };
/** What Debian brings: in CI the set-up would end there. */
const DEBIAN = [
  'docker-registry',
  'skopeo',
  'umoci',
  'htpasswd',
  'openssl',
  'busybox',
  'zip',
  'unzip',
  'gcc',
  'x86_64-linux-gnu-gcc',
  'aarch64-linux-gnu-gcc',
  'qemu-aarch64',
  'wrk',
  'shellcheck',
  'chromium',
];

describe('the set-up of programs that Go builds', () => {
  let clone: FakeClone;
  let actionlint = '';
  beforeEach(() => {
    clone = new FakeClone();
    actionlint = join(clone.folder, '.cache', 'programs', 'actionlint');
    clone.npm();
    clone.python();
    for (const name of DEBIAN) clone.program(name, '');
    clone.setUp('local');
    rmSync(clone.record, { force: true });
  });
  afterEach(() => clone[Symbol.dispose]());

  function builds(): readonly string[] {
    return clone.records().filter((line) => line !== 'pip');
  }

  test('builds actionlint, of one version, into the project’s own folder, and says nothing where it is there', () => {
    clone.program('go', GO);
    const { status, stdout } = clone.setUp('test', CI);
    assert.equal(status, 0);
    assert.match(stdout, /^set-up: building actionlint v1\.7\.12 with Go … done/m);
    assert.deepEqual(builds(), ['install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12']);
    assert.ok(existsSync(actionlint));
    assert.equal(clone.setUp('test', CI).stdout, '');
  });

  test('builds it anew where another version is there', () => {
    clone.program('go', GO.replace('version +', `'v1.7.11' +`));
    clone.setUp('test');
    clone.program('go', GO);
    clone.setUp('test');
    assert.equal(builds().length, 2);
    assert.equal(clone.setUp('test').stdout, '');
  });

  test('takes the actionlint of the PATH where there is no Go', () => {
    clone.program('actionlint', '');
    const { status, stdout } = clone.setUp('test', CI);
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /actionlint/);
  });

  test('says which tests are skipped without Go, and fails in CI', () => {
    assert.match(
      clone.setUp('test').stdout,
      /set-up: actionlint not installed, so the tests that need it are skipped; install Go 1\.21 or later \(https:\/\/go\.dev\/doc\/install\), or actionlint itself/,
    );
    const { status, sentence } = clone.setUp('test', CI);
    assert.equal(status, 1);
    assert.match(
      sentence,
      /set-up: actionlint not installed, and with CI=true no test may be skipped; install Go/,
    );
  });

  for (const [reason, told] of [
    [
      'dial tcp: lookup proxy.golang.org: no such host',
      /Go module proxy was not reached: check the network and GOPROXY/,
    ],
    ['dial tcp 10.0.0.1:443: i/o timeout', /Go module proxy was not reached/],
    [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      /certificate of the Go module proxy.* SSL_CERT_FILE/,
    ],
    ['verifying module: checksum mismatch', /Go could not build it, for the reason above/],
  ] as const) {
    test(`shows why Go could not build it: ${reason}`, () => {
      clone.program('go', `console.error(${JSON.stringify(reason)}); process.exitCode = 1;`);
      const { status, stdout } = clone.setUp('test');
      assert.equal(status, 0);
      assert.ok(stdout.includes(`${reason}\n`));
      assert.match(stdout, told);
      const failed = clone.setUp('test', CI);
      assert.equal(failed.status, 1);
      assert.match(failed.stderr, told);
    });
  }
});
