import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, run, SetupError, tail, tellsOfNoNetwork } from './step.mjs';

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

const DOCKER_INSTEAD =
  'or run MiniStack in Docker (docker run -p 127.0.0.1:4566:4566 -e MINISTACK_HOST=127.0.0.1 ministackorg/ministack:1.4.21) and set AWS_ENDPOINT_URL=http://127.0.0.1:4566';

/** Makes `.venv` with the pinned packages of these requirement files, where it does not hold exactly them. */
export async function ensurePythonEnvironment(root, requirementFiles) {
  // Whoever brings an account needs no emulator.
  if (process.env.AWS_ENDPOINT_URL && !requirementFiles.includes('requirements-test.txt')) return;
  const folder = join(root, '.venv');
  const stamp = join(folder, '.requirements.json');
  const python = join(folder, 'bin', 'python');
  const wanted = Object.fromEntries(requirementFiles.map((name) => [name, hashOf(join(root, name))]));
  const installed = existsSync(python) ? readStamp(stamp) : {};
  if (requirementFiles.every((name) => installed[name] === wanted[name])) return;

  if (!existsSync(python)) {
    rmSync(folder, { recursive: true, force: true });
    const { ok, output } = await run('making a Python environment in .venv', findPython(), [
      '-m',
      'venv',
      folder,
    ]);
    if (!ok) {
      rmSync(folder, { recursive: true, force: true });
      throw new SetupError(
        `Python could not make an environment: install its venv module (Debian, Ubuntu: apt-get install python3-venv), ${DOCKER_INSTEAD}`,
        tail(output),
      );
    }
  }
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
      tellsOfNoNetwork(output)
        ? 'the Python package index was not reached: check the network and pip’s proxy and index settings, then run this again'
        : 'pip could not install the packages, for the reason above; remove .venv and run this again',
      tail(output),
    );
  }
  writeFileSync(stamp, JSON.stringify({ ...installed, ...wanted }));
}

function findPython() {
  const names = process.env.PYTHON ? [process.env.PYTHON, ...PYTHON_NAMES] : PYTHON_NAMES;
  const tooOld = [];
  for (const name of names) {
    const version = ask(name, ['-c', 'import sys; print(*sys.version_info[:2], sep=".")']);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1])) return name;
    tooOld.push(`${name} is ${version}`);
  }
  const found =
    tooOld.length === 0 ? 'no Python was found' : `only an older Python was found (${tooOld.join(', ')})`;
  throw new SetupError(
    `${found}: install Python ${OLDEST_PYTHON.join('.')} or later with pip and venv (PYTHON=… names it where it is not on the PATH), ${DOCKER_INSTEAD}`,
  );
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
