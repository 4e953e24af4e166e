import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNetworkFailure } from './network-failure.mjs';
import { ask, run } from './program.mjs';
import { SetupError, tail } from './step.mjs';

/** MiniStack's own lower bound. */
const OLDEST_PYTHON = [3, 10];
/** Where a suitable Python is looked for, in this order; $PYTHON goes before all. */
const PYTHON_NAMES = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];
const PRINT_VERSION = 'import sys; print(*sys.version_info[:2], sep=".")';

/** The other way to an account; tests need Python in any case. */
const DOCKER_INSTEAD =
  ', or run MiniStack in Docker (docker run -p 127.0.0.1:4566:4566 -e MINISTACK_HOST=127.0.0.1 ministackorg/ministack:1.4.21) and set AWS_ENDPOINT_URL=http://127.0.0.1:4566';

const PACKAGE_INDEX = {
  name: 'the Python package index',
  settings: 'pip’s proxy and index settings',
  authorities: 'PIP_CERT',
};

/** Makes `.venv` with the pinned packages of these requirement files, where it does not hold exactly them. */
export async function ensurePythonEnvironment(root, requirementFiles) {
  const isForTests = requirementFiles.includes('requirements-test.txt');
  // Whoever brings an account needs no emulator.
  if (process.env.AWS_ENDPOINT_URL && !isForTests) return;
  const folder = join(root, '.venv');
  const stamp = join(folder, '.requirements.json');
  const python = join(folder, 'bin', 'python');
  const wanted = Object.fromEntries(requirementFiles.map((name) => [name, hashOf(join(root, name))]));
  const installed = namesItsPython(folder) ? readStamp(stamp) : {};
  if (requirementFiles.every((name) => installed[name] === wanted[name])) return;

  if (!isUsable(folder)) await makeEnvironment(folder, isForTests ? '' : DOCKER_INSTEAD);
  rmSync(stamp, { force: true });
  const files = requirementFiles.flatMap((name) => ['-r', name]);
  const { ok, output } = await run(
    `installing the Python packages of ${requirementFiles.join(' and ')}`,
    python,
    ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', ...files],
    { cwd: root },
  );
  if (!ok) {
    throw new SetupError(
      findNetworkFailure(output, PACKAGE_INDEX) ??
        'pip could not install the packages, for the reason above; remove .venv and run this again',
      tail(output),
    );
  }
  writeFileSync(stamp, JSON.stringify({ ...installed, ...wanted }));
}

/** @param instead What can be done without Python, as the end of a sentence. */
async function makeEnvironment(folder, instead) {
  const python = findPython(instead);
  rmSync(folder, { recursive: true, force: true });
  const title = 'making a Python environment in .venv';
  const { ok, output } = await run(title, python, ['-m', 'venv', folder]);
  if (ok && isUsable(folder)) return;
  rmSync(folder, { recursive: true, force: true });
  throw new SetupError(
    `${python} could not make an environment with pip: install its venv module (Debian, Ubuntu: apt-get install python3-venv) or name another Python in PYTHON${instead}`,
    tail(output),
  );
}

/** An environment that was broken off, is of a Python that is gone or too old, or has moved, is made anew. */
function isUsable(folder) {
  if (!namesItsPython(folder)) return false;
  const version = ask(join(folder, 'bin', 'python'), ['-c', `import pip; ${PRINT_VERSION}`]);
  return version !== undefined && isNewEnough(version);
}

/** The programs of an environment name their Python by its whole path: where the folder has moved, none starts. */
function namesItsPython(folder) {
  const python = join(folder, 'bin', 'python');
  try {
    return existsSync(python) && readFileSync(join(folder, 'bin', 'pip'), 'utf8').includes(python);
  } catch {
    return false;
  }
}

function findPython(instead) {
  const names = process.env.PYTHON ? [process.env.PYTHON, ...PYTHON_NAMES] : PYTHON_NAMES;
  const tooOld = [];
  for (const name of names) {
    const version = ask(name, ['-c', PRINT_VERSION]);
    if (version === undefined) continue;
    if (isNewEnough(version)) return name;
    tooOld.push(`${name} is ${version}`);
  }
  const found =
    tooOld.length === 0 ? 'no Python was found' : `only an older Python was found (${tooOld.join(', ')})`;
  throw new SetupError(
    `${found}: install Python ${OLDEST_PYTHON.join('.')} or later with pip and venv (Debian, Ubuntu: apt-get install python3-venv; PYTHON=… names one that is not on the PATH)${instead}`,
  );
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** What was installed into the environment last; nothing, where an install was broken off. */
function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
