import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, SetupError, tail, tellsOfNoNetwork } from './step.mjs';

/** The independent programs that tests hold our work against, and the Debian package of each. */
const PROGRAMS = {
  'docker-registry': 'docker-registry',
  skopeo: 'skopeo',
  umoci: 'umoci',
  htpasswd: 'apache2-utils',
  openssl: 'openssl',
  busybox: 'busybox-static',
  zip: 'zip',
  unzip: 'unzip',
};

/**
 * Installs the programs that are missing where this may be done (root, on a system with apt). Elsewhere the tests
 * that need them are skipped by name, unless CI is set: there a missing one is a failure.
 */
export async function ensureDebianPackages() {
  const missing = Object.keys(PROGRAMS).filter((name) => !isOnPath(name));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((name) => PROGRAMS[name]))];
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    process.stdout.write(
      `set-up: ${missing.join(', ')} not installed, so the tests that need them are skipped; on Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}\n`,
    );
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  const title = `installing ${packages.join(', ')} with apt-get`;
  let result = await run(title, 'apt-get', install, { env });
  if (!result.ok) {
    // A fresh container has no package lists.
    await run('reading the package lists', 'apt-get', ['update'], { env });
    result = await run(title, 'apt-get', install, { env });
  }
  if (result.ok) return;
  const reason = tellsOfNoNetwork(result.output)
    ? 'the Debian package server was not reached: check the network'
    : 'apt-get could not install the programs that tests need, for the reason above';
  if (process.env.CI) throw new SetupError(reason, tail(result.output));
  process.stdout.write(`set-up: ${reason}; the tests that need ${missing.join(', ')} are skipped\n`);
}

function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
