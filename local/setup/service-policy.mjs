import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './step.mjs';

/*
 * What Debian's packages ask before they start a service: `invoke-rc.d` and systemd's `deb-systemd-invoke` run this
 * program, and 101 forbids it (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt).
 */
const POLICY_FILE = join('usr', 'sbin', 'policy-rc.d');
const FORBIDDEN = 101;

/** Whose policy this is: what a set-up that was killed has left can be told from what somebody else has put there. */
const OWNER = /^# deploytime's set-up, process (\d+):/m;

const policy = `#!/bin/sh
# deploytime's set-up, process ${process.pid}: nothing that it installs is started. It removes this when it ends.
exit ${FORBIDDEN}
`;

/** Where the system is that packages are installed into: dpkg's own variable. */
export function systemRoot() {
  return process.env.DPKG_ROOT || '/';
}

/**
 * Does the work while no package that is installed may start a service. A policy that somebody has put there is left
 * alone, and holds.
 * @throws SetupError where there is none and it can't be written.
 */
export async function withoutServices(work) {
  const file = join(systemRoot(), POLICY_FILE);
  if (!isPolicyWritten(file)) return work();
  try {
    return await work();
  } finally {
    if (readPolicy(file) === policy) rmSync(file);
  }
}

/** Removes the policy of a set-up that was killed: with it, no package could start its services ever again. */
export function removeLeftPolicy() {
  const file = join(systemRoot(), POLICY_FILE);
  const pid = readPolicy(file)?.match(OWNER)?.[1];
  if (pid === undefined || isRunning(Number(pid))) return;
  rmSync(file);
}

function isPolicyWritten(file) {
  try {
    // Nothing that is there is written over, be it a link that leads nowhere.
    writeFileSync(file, policy, { flag: 'wx' });
    chmodSync(file, 0o755);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new SetupError(
      `nothing was installed, since its services could not be kept from starting: ${error.message}`,
    );
  }
}

function readPolicy(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
