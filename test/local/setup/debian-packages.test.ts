import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FakeClone } from './fake-clone.ts';

const ROOT_USER = { uid: 0 };
/** Every program that tests need, and its packages. */
const PROGRAMS = {
  'docker-registry': 'docker-registry',
  skopeo: 'skopeo',
  umoci: 'umoci',
  htpasswd: 'apache2-utils',
  openssl: 'openssl',
  busybox: 'busybox-static',
  zip: 'zip',
  unzip: 'unzip',
  gcc: ['gcc', 'libc6-dev'],
  'x86_64-linux-gnu-gcc': 'gcc-x86-64-linux-gnu',
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
  'qemu-aarch64': 'qemu-user',
  wrk: 'wrk',
  shellcheck: 'shellcheck',
  chromium: 'chromium',
};
const ALL = Object.keys(PROGRAMS).join(', ');
const PACKAGES = Object.values(PROGRAMS).flat().join(' ');

/** apt-get records each call, and how the policy for services answers while it works. */
const RECORD_CALL = `
  const policy = path.join(process.env.DPKG_ROOT, 'usr/sbin/policy-rc.d');
  const answer = () => require('node:child_process').spawnSync(policy, ['docker-registry', 'start']).status;
  record((process.argv.includes('install') ? 'install' : 'update') + ' ' + answer());`;
const INSTALL = `
  for (const name of ${JSON.stringify(Object.keys(PROGRAMS))}) {
    fs.writeFileSync(path.join(__dirname, name), '', { mode: 0o755 });
  }`;

describe('the set-up of Debian packages', () => {
  let clone: FakeClone;
  let policy = '';

  beforeEach(() => {
    clone = new FakeClone();
    policy = join(clone.system, 'usr', 'sbin', 'policy-rc.d');
    clone.npm();
    clone.python();
    clone.program('actionlint', '');
    clone.program('update-rc.d', `record(['update-rc.d', ...process.argv.slice(2)].join(' '));`);
    clone.setUp('local');
    rmSync(clone.record, { force: true });
  });
  afterEach(() => clone[Symbol.dispose]());

  function withoutPip(): readonly string[] {
    return clone.records().filter((line) => line !== 'pip');
  }

  test('lets no service start while apt-get installs, nor at the next boot', () => {
    clone.program('apt-get', `${RECORD_CALL} ${INSTALL}`);
    const { status, stdout } = clone.setUp('test', ROOT_USER);
    assert.equal(status, 0);
    assert.deepEqual(withoutPip(), ['install 101', 'update-rc.d docker-registry disable']);
    assert.match(stdout, /docker-registry is needed as a program alone, so its service is disabled/);
    assert.equal(existsSync(policy), false);
    assert.equal(clone.setUp('test', ROOT_USER).stdout, '');
  });

  test('disables the service with systemctl on a machine that systemd has started', () => {
    clone.program('apt-get', INSTALL);
    clone.program('systemctl', `record(['systemctl', ...process.argv.slice(2)].join(' '));`);
    mkdirSync(join(clone.system, 'run', 'systemd', 'system'), { recursive: true });
    clone.setUp('test', ROOT_USER);
    assert.deepEqual(withoutPip(), ['systemctl disable docker-registry.service']);
  });

  test('tells of a service that it could not disable', () => {
    clone.program('apt-get', INSTALL);
    clone.program('update-rc.d', 'process.exitCode = 1;');
    assert.match(
      clone.setUp('test', ROOT_USER).stdout,
      /service docker-registry may start at the next boot; to prevent it: update-rc\.d docker-registry disable/,
    );
  });

  test('leaves services alone that it did not bring', () => {
    clone.program('docker-registry', '');
    clone.program('apt-get', INSTALL);
    const { stdout } = clone.setUp('test', ROOT_USER);
    assert.doesNotMatch(stdout, /docker-registry/);
    assert.deepEqual(withoutPip(), []);
  });

  test('reads the package lists where apt-get knows no package, and goes on', () => {
    clone.program(
      'apt-get',
      `${RECORD_CALL}
       const lists = path.join(process.env.DPKG_ROOT, 'lists');
       if (process.argv[2] === 'update') fs.writeFileSync(lists, '');
       else if (fs.existsSync(lists)) { ${INSTALL} } else process.exitCode = 100;`,
    );
    assert.equal(clone.setUp('test', { ...ROOT_USER, env: { CI: 'true' } }).status, 0);
    assert.deepEqual(withoutPip().slice(0, 3), ['install 101', 'update 101', 'install 101']);
    assert.equal(existsSync(policy), false);
  });

  for (const said of [
    'E: Unable to locate package chromium',
    "E: Package 'chromium' has no installation candidate",
  ]) {
    test(`installs all others where apt-get says «${said}»`, () => {
      clone.program(
        'apt-get',
        `if (process.argv.includes('chromium')) { console.error(${JSON.stringify(said)}); process.exitCode = 100; }
         else if (process.argv.includes('install')) {
           ${INSTALL}
           fs.rmSync(path.join(__dirname, 'chromium'));
           record('install ' + process.argv.includes('umoci'));
         }`,
      );
      const { status, stdout } = clone.setUp('test', ROOT_USER);
      assert.equal(status, 0);
      assert.equal(withoutPip()[0], 'install true');
      assert.match(
        stdout,
        /set-up: chromium not installed, so the tests that need them are skipped; .*instead of chromium, Google Chrome will do/,
      );
    });
  }

  test('asks apt-get for no chromium where another Chrome is here', () => {
    clone.program('google-chrome', `console.log('Google Chrome 142.0.7444.59');`);
    clone.program('apt-get', `record(process.argv.includes('chromium')); ${INSTALL}`);
    assert.equal(clone.setUp('test', { ...ROOT_USER, env: { CI: 'true' } }).status, 0);
    assert.equal(withoutPip()[0], 'false');
  });

  test('is all that is done for sudo, where somebody else runs the tests', () => {
    rmSync(join(clone.folder, 'node_modules'), { recursive: true });
    clone.program('apt-get', INSTALL);
    assert.equal(clone.setUp('programs', ROOT_USER).status, 0);
    assert.equal(existsSync(join(clone.folder, 'node_modules')), false);
    assert.equal(existsSync(join(clone.folder, '.cache')), false);
  });

  test('shows why apt-get failed, and removes its policy', () => {
    clone.program(
      'apt-get',
      `${RECORD_CALL} console.error('E: dpkg was interrupted'); process.exitCode = 100;`,
    );
    const { status, stdout } = clone.setUp('test', ROOT_USER);
    assert.equal(status, 0);
    assert.match(stdout, /E: dpkg was interrupted\n/);
    assert.match(
      stdout,
      new RegExp(`${ALL} not installed, so the tests that need them are skipped; apt-get did`),
    );
    assert.deepEqual(withoutPip(), ['install 101', 'update 101', 'install 101']);
    assert.equal(existsSync(policy), false);
  });

  test('fails in CI where apt-get fails', () => {
    clone.program('apt-get', `console.error('E: broken packages'); process.exitCode = 100;`);
    const { status, stderr, sentence } = clone.setUp('test', { ...ROOT_USER, env: { CI: 'true' } });
    assert.equal(status, 1);
    assert.match(stderr, /E: broken packages/);
    assert.match(
      sentence,
      new RegExp(`${ALL} not installed, and with CI=true no test may be skipped; apt-get did`),
    );
  });

  test('fails in CI where apt-get ends well without one of the programs', () => {
    clone.program('apt-get', `${INSTALL} fs.rmSync(path.join(__dirname, 'umoci'));`);
    const { status, sentence } = clone.setUp('test', { ...ROOT_USER, env: { CI: 'true' } });
    assert.equal(status, 1);
    assert.match(sentence, /set-up: umoci not installed/);
  });

  test('tells of a network that only the reading of the package lists has met', () => {
    clone.program(
      'apt-get',
      `if (process.argv[2] === 'update') console.error("W: Failed to fetch: Temporary failure resolving 'deb.debian.org'");
       else { console.error('E: Unable to locate package skopeo'); process.exitCode = 100; }`,
    );
    const { stdout } = clone.setUp('test', ROOT_USER);
    assert.match(
      stdout,
      /Debian package server was not reached: check the network and apt’s proxy and sources/,
    );
  });

  test('leaves a policy alone that is there, during the install and after', () => {
    writeFileSync(policy, '#!/bin/sh\nexit 104\n');
    chmodSync(policy, 0o755);
    clone.program('apt-get', `${RECORD_CALL} ${INSTALL}`);
    assert.equal(clone.setUp('test', ROOT_USER).status, 0);
    assert.equal(withoutPip()[0], 'install 104');
    assert.equal(readFileSync(policy, 'utf8'), '#!/bin/sh\nexit 104\n');
  });

  test('installs nothing where it can keep no service from starting', () => {
    rmSync(join(clone.system, 'usr'), { recursive: true });
    clone.program('apt-get', `${RECORD_CALL} ${INSTALL}`);
    const { status, stdout } = clone.setUp('test', ROOT_USER);
    assert.equal(status, 0);
    assert.match(stdout, /services could not be kept from starting: ENOENT/);
    assert.deepEqual(withoutPip(), []);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`removes its policy when ${signal} ends it, once apt-get has ended`, async () => {
      clone.program(
        'apt-get',
        `${RECORD_CALL}
         const wait = setInterval(() => {}, 1000);
         process.once('${signal}', () => {
           clearInterval(wait);
           // As dpkg does: the package at work is ended first.
           setTimeout(() => { record('ends ' + answer()); process.exitCode = 100; }, 100);
         });
         record('waits');`,
      );
      const { endedBy, stderr } = await clone.endSetUp('test', 'waits', signal, ROOT_USER);
      assert.equal(endedBy, signal);
      assert.match(stderr, new RegExp(`set-up: ended by ${signal}; run this again to go on`));
      assert.deepEqual(withoutPip(), ['install 101', 'waits', 'ends 101']);
      assert.equal(existsSync(policy), false);
    });
  }

  test('removes its policy also where nobody reads what it says', async () => {
    clone.program('apt-get', `${RECORD_CALL} ${INSTALL}`);
    assert.equal(await clone.setUpUnread('test', ROOT_USER), 0);
    assert.equal(withoutPip()[0], 'install 101');
    assert.equal(existsSync(policy), false);
  });

  test('removes the policy of a set-up that was killed', async () => {
    clone.program('apt-get', `record('by ' + process.ppid); process.kill(process.ppid, 'SIGKILL');`);
    const { endedBy } = await clone.endSetUp('test', 'never', 'SIGTERM', ROOT_USER);
    assert.equal(endedBy, 'SIGKILL');
    assert.equal(existsSync(policy), true);

    clone.program('apt-get', `${RECORD_CALL} ${INSTALL}`);
    assert.equal(clone.setUp('test', ROOT_USER).status, 0);
    assert.equal(existsSync(policy), false);
  });

  test('leaves the policy of a set-up alone that is at work', () => {
    const text = `#!/bin/sh\n# deploytime's set-up, process ${process.pid}: nothing starts\nexit 101\n`;
    writeFileSync(policy, text);
    assert.equal(clone.setUp('test', ROOT_USER).status, 0);
    assert.equal(readFileSync(policy, 'utf8'), text);
  });

  test('says which tests are skipped where it may not install', () => {
    clone.program('apt-get', `${RECORD_CALL} ${INSTALL}`);
    const { status, stdout } = clone.setUp('test');
    assert.equal(status, 0);
    assert.match(
      stdout,
      new RegExp(
        `${ALL} not installed, so the tests that need them are skipped; on Debian or Ubuntu: sudo apt-get install ${PACKAGES}`,
      ),
    );
    assert.deepEqual(withoutPip(), []);
  });

  for (const [user, options] of [
    ['root without apt-get', ROOT_USER],
    ['a user', {}],
  ] as const) {
    test(`fails in CI as ${user}: there a test that is skipped is a failure`, () => {
      const { status, stdout, sentence } = clone.setUp('test', { ...options, env: { CI: 'true' } });
      assert.equal(status, 1);
      assert.match(
        sentence,
        new RegExp(
          `${ALL} not installed, and with CI=true no test may be skipped; .*sudo apt-get install .*umoci`,
        ),
      );
      assert.doesNotMatch(stdout, /skipped/);
    });
  }
});
