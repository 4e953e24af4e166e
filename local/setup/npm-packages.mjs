import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNetworkFailure } from './network-failure.mjs';
import { ask, isOnPath, run } from './program.mjs';
import { SetupError, tail } from './step.mjs';

/** The Node that everything but the set-up runs under; its binary is an npm package. */
const NODE_MAJOR = 24;

const NPM_REGISTRY = {
  name: 'the npm registry',
  settings: 'npm’s proxy and registry settings',
  authorities: 'NODE_EXTRA_CA_CERTS',
};

/** These win over what the caller's environment says: `npm run --silent`, NODE_ENV=production, `npm test --omit=dev`. */
const INSTALL = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];

/** Installs the locked packages where the installed ones are not exactly those, or are another platform's. */
export async function ensureNpmPackages(root) {
  if (isInstalled(root) && holdsNode(root)) return;
  if (!isOnPath('npm')) {
    throw new SetupError(
      'no npm was found: install it (Debian, Ubuntu: apt-get install npm), then run this again',
    );
  }
  const { ok, output } = await run('installing the npm packages', 'npm', INSTALL, { cwd: root });
  if (!ok) {
    throw new SetupError(
      findNetworkFailure(output, NPM_REGISTRY) ?? 'npm could not install the packages, for the reason above',
      tail(output),
    );
  }
  if (!holdsNode(root)) throw new SetupError(withoutNode());
}

/**
 * Compares package-lock.json with the list that npm writes into node_modules at the end of an install, so that
 * an interrupted install, a changed lock file and a hand-made `npm install` are all judged by what is there.
 */
function isInstalled(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const found = readPackages(join(root, 'node_modules', '.package-lock.json'));
  // A lock file that can't be read is for npm to tell of.
  if (wanted === undefined || found === undefined) return false;
  return (
    Object.entries(wanted).every(
      ([path, { version, optional, integrity }]) =>
        path === '' ||
        // Another platform's binaries stand in the lock file and are not installed.
        (optional === true && found[path] === undefined) ||
        (found[path]?.version === version &&
          (integrity === undefined || found[path].integrity === integrity)),
    ) && Object.keys(found).every((path) => wanted[path] !== undefined && existsSync(join(root, path)))
  );
}

function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function holdsNode(root) {
  const version = ask(join(root, 'node_modules', '.bin', 'node'), ['--version']);
  return version?.startsWith(`v${NODE_MAJOR}.`) === true;
}

function withoutNode() {
  const isMusl =
    process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return isMusl
    ? `Node ${NODE_MAJOR} from npm does not run here, since this system has no glibc (Alpine): use Debian, Ubuntu or another system with glibc`
    : `node_modules holds no Node ${NODE_MAJOR}, since npm ran no install scripts: run npm rebuild node --ignore-scripts=false`;
}
