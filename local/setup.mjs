// Puts in place what the npm scripts need, and says so: `node local/setup.mjs build|local|programs|test`.
// Plain JavaScript that needs no package: it is what runs first in a fresh clone, on Node 20 and later.
// When everything is there already, it says nothing and takes a fraction of a second.
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './setup/browser.mjs';
import { ensureDebianPackages } from './setup/debian-packages.mjs';
import { ensureGoPrograms } from './setup/go-programs.mjs';
import { endBy, Interruption, watchSignals } from './setup/interruption.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { ensurePythonEnvironment } from './setup/python-environment.mjs';
import { SetupError } from './setup/step.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = 20;

/** What each purpose stands on, in the order in which it is put in place. */
const STEPS = {
  build: [ensureNpmPackages],
  local: [ensureNpmPackages, (folder) => ensurePythonEnvironment(folder, ['requirements.txt'])],
  // With sudo, where the tests themselves are run by somebody else.
  programs: [ensureDebianPackages],
  test: [
    ensureNpmPackages,
    (folder) => ensurePythonEnvironment(folder, ['requirements.txt', 'requirements-test.txt']),
    ensureDebianPackages,
    ensureBrowser,
    ensureGoPrograms,
  ],
};

async function main(purpose) {
  const steps = STEPS[purpose];
  if (steps === undefined) {
    throw new SetupError(
      `"${purpose ?? ''}" is nothing to set up; run node local/setup.mjs ${Object.keys(STEPS).join(' or ')}`,
    );
  }
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new SetupError(
      `Node ${process.versions.node} is too old for the set-up: install Node ${OLDEST_NODE} or later (Node 24 itself comes from npm)`,
    );
  }
  if (process.platform === 'win32') {
    throw new SetupError('Windows is not supported: run this in WSL, on Linux or on macOS');
  }
  for (const step of steps) await step(root);
}

watchSignals();
try {
  await main(process.argv[2]);
} catch (error) {
  if (error instanceof Interruption) {
    process.stderr.write(`set-up: ${error.message}; run this again to go on\n`);
    endBy(error.signal);
  } else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/** Whatever a machine lacks is told in a sentence; anything else is a mistake of the set-up's own. */
function explain(error) {
  if (error instanceof SetupError) {
    return `${error.details ? `${error.details}\n\n` : ''}set-up: ${error.message}`;
  }
  // The file system's: a folder of another user's, a full disk.
  if (typeof error.syscall === 'string') {
    return `set-up: ${error.message}: see to it that this user may write there (files that sudo has left are root's), then run this again`;
  }
  throw error;
}
