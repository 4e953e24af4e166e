import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { findNetworkFailure } from './network-failure.mjs';
import { ask, isOnPath, run } from './program.mjs';
import { removeLeftPolicy, systemRoot, withoutServices } from './service-policy.mjs';
import { SetupError, tail } from './step.mjs';

/** The independent programs that tests hold our work against, and the Debian packages of each. */
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
/** Ubuntu has it as a snap alone. */
const BROWSER = 'chromium';
/** Those of them that are also a service, under the same name. Tests start their own, on a port of their own. */
const SERVICES = ['docker-registry'];

const PACKAGE_SERVER = {
  name: 'the Debian package server',
  settings: 'apt’s proxy and sources',
  authorities: 'apt’s Acquire::https::CAInfo',
};

/** How long apt-get waits for another one at work, in seconds: a fresh machine upgrades itself at first. */
const LOCK_LIMIT_SECONDS = 120;

/**
 * Installs the programs that are missing where this may be done (root, on a system with apt). Elsewhere the tests
 * that need them are skipped by name, unless CI is `true`: there a missing one is a failure.
 */
export async function ensureDebianPackages() {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) removeLeftPolicy();
  const missing = findMissing();
  if (missing.length === 0) return;
  const packages = packagesOf(missing);
  if (!isRoot || !isOnPath('apt-get')) return goWithout(missing);

  let output;
  try {
    output = await withoutServices(() => install(packages));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    output = error.message;
  } finally {
    // Also where apt-get failed or was stopped halfway.
    disableServices(packages);
  }
  const lacking = findMissing();
  if (lacking.length > 0) goWithout(lacking, output);
}

/** @returns What apt-get said. */
async function install(packages) {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Ubuntu's apt-get would restart the machine's own services where it thinks that they need it.
    NEEDRESTART_SUSPEND: '1',
  };
  const args = ['-o', `DPkg::Lock::Timeout=${LOCK_LIMIT_SECONDS}`, 'install', '--yes'];
  const installOnce = (names) =>
    run(
      `installing ${names.join(', ')} with apt-get`,
      'apt-get',
      [...args, '--no-install-recommends', ...names],
      { env },
    );
  const first = await installOnce(packages);
  if (first.ok) return first.output;
  // A fresh container has no package lists.
  const update = await run('reading the package lists', 'apt-get', ['update'], { env });
  const second = await installOnce(packages);
  // Ubuntu has no chromium, and one package that is not known keeps apt-get from installing any.
  const known = packages.filter((name) => !isUnknown(name, second.output));
  const isWorthwhile = !second.ok && known.length > 0 && known.length < packages.length;
  const third = isWorthwhile ? await installOnce(known) : undefined;
  // Without a network, only the update says so, and ends well.
  return [update, second, third].map((program) => program?.output ?? '').join('\n');
}

function isUnknown(name, output) {
  return [`Unable to locate package ${name}`, `Package '${name}' has no installation candidate`].some(
    (sentence) => output.split('\n').some((line) => line.endsWith(sentence)),
  );
}

/** Nobody has asked for a registry that listens from the next boot on. */
function disableServices(packages) {
  const isSystemd = existsSync(join(systemRoot(), 'run', 'systemd', 'system'));
  for (const service of SERVICES.filter((name) => packages.includes(name) && isOnPath(name))) {
    // Both see to a unit and an init script alike, but update-rc.d fails where there is no init script.
    const [program, ...args] = isSystemd
      ? ['systemctl', 'disable', `${service}.service`]
      : ['update-rc.d', service, 'disable'];
    process.stdout.write(
      ask(program, args) === undefined
        ? `set-up: the service ${service} may start at the next boot; to prevent it: ${program} ${args.join(' ')}\n`
        : `set-up: ${service} is needed as a program alone, so its service is disabled\n`,
    );
  }
}

/**
 * @param output What apt-get said, where it was tried.
 * @throws SetupError in CI.
 */
function goWithout(missing, output) {
  const reason =
    output === undefined
      ? `on Debian or Ubuntu: sudo apt-get install ${packagesOf(missing).join(' ')}`
      : (findNetworkFailure(output, PACKAGE_SERVER) ?? 'apt-get did not install them, for the reason above');
  const details = output === undefined ? undefined : tail(output);
  const names = missing.join(', ');
  const advice = missing.includes(BROWSER)
    ? `${reason} (instead of chromium, Google Chrome will do, or a Chrome that CHROME_PATH names)`
    : reason;
  if (process.env.CI === 'true') {
    throw new SetupError(
      `${names} not installed, and with CI=true no test may be skipped; ${advice}`,
      details,
    );
  }
  if (details) process.stdout.write(`${details}\n\n`);
  process.stdout.write(
    `set-up: ${names} not installed, so the tests that need them are skipped; ${advice}\n`,
  );
}

function findMissing() {
  return Object.keys(PROGRAMS).filter((name) =>
    name === BROWSER ? findBrowser() === undefined : !isOnPath(name),
  );
}

function packagesOf(names) {
  return [...new Set(names.flatMap((name) => PROGRAMS[name]))];
}
