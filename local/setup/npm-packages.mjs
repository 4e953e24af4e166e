import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, run, SetupError, tail, tellsOfNoNetwork } from './step.mjs';

/** The Node that everything but the set-up runs under; its binary is an npm package. */
const NODE_MAJOR = 24;

/** Installs the locked packages where the installed ones are not exactly those. */
export async function ensureNpmPackages(root) {
  if (!isInstalled(root)) {
    const { ok, output } = await run(
      'installing the npm packages',
      'npm',
      ['ci', '--no-audit', '--no-fund'],
      {
        cwd: root,
      },
    );
    if (!ok) {
      throw new SetupError(
        tellsOfNoNetwork(output)
          ? 'the npm registry was not reached: check the network and npm’s proxy and registry settings, then run this again'
          : 'npm could not install the packages, for the reason above',
        tail(output),
      );
    }
  }
  const version = ask(join(root, 'node_modules', '.bin', 'node'), ['--version']);
  if (!version?.startsWith(`v${NODE_MAJOR}.`)) {
    throw new SetupError(
      `node_modules holds no Node ${NODE_MAJOR}, since its install script did not run: allow it (npm config set ignore-scripts false), then run npm rebuild node`,
    );
  }
}

/**
 * Compares package-lock.json with the list that npm writes into node_modules at the end of an install, so that
 * an interrupted install, a changed lock file and a hand-made `npm install` are all judged by what is there.
 */
function isInstalled(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return (
    Object.entries(wanted).every(
      ([path, { version, optional, integrity }]) =>
        path === '' ||
        // Another platform's binaries stand in the lock file and are not installed.
        (optional === true && found[path] === undefined) ||
        (found[path]?.version === version &&
          (integrity === undefined || found[path].integrity === integrity)),
    ) && Object.keys(found).every((path) => wanted[path] !== undefined)
  );
}
