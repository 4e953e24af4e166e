import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { ask, isOnPath } from './program.mjs';
import { programsFolder } from './programs-folder.mjs';
import { systemRoot } from './service-policy.mjs';

/** Under which names a Chrome may be here, in the order in which they are tried. Debian's is `chromium`. */
const NAMES = [
  'chromium',
  'google-chrome',
  'google-chrome-stable',
  'chromium-browser',
  ...['Google Chrome', 'Chromium'].map((name) =>
    join(systemRoot(), 'Applications', `${name}.app`, 'Contents', 'MacOS', name),
  ),
];
/** `Chromium 142.0.7444.59 built on Debian GNU/Linux 12`. Ubuntu's `chromium-browser` may be a script that only names the snap. */
const VERSION = /^(?:Google Chrome|Chromium)\b.* \d+\./;

/**
 * Sees to it that the tests find the Chrome of this machine as `chromium`, whatever it is called: as it is where that
 * is its name, otherwise by a script in the project's folder of programs.
 */
export function ensureBrowser(root) {
  const script = join(programsFolder(root), 'chromium');
  const browser = findBrowser();
  if (browser === undefined || browser === 'chromium') {
    rmSync(script, { force: true });
    return;
  }
  // On macOS a link would not do: a browser looks for its parts beside the path that it is started by.
  const text = `#!/bin/sh\nexec '${browser.replaceAll("'", String.raw`'\''`)}' "$@"\n`;
  if (read(script) === text) return;
  mkdirSync(programsFolder(root), { recursive: true });
  writeFileSync(script, text);
  chmodSync(script, 0o755);
  process.stdout.write(`set-up: the tests use ${browser} as their Chromium\n`);
}

/** What starts a Chrome on this machine: what CHROME_PATH names, or a name that is on the PATH; undefined where there is none. */
export function findBrowser() {
  const { CHROME_PATH } = process.env;
  return (CHROME_PATH ? [CHROME_PATH, ...NAMES] : NAMES).find(isBrowser);
}

function isBrowser(name) {
  if (!isAbsolute(name) && !isOnPath(name)) return false;
  // Debian's own needs no question, which takes longer than all else that is looked at.
  if (name === 'chromium') return !isSnap(name);
  const version = ask(name, ['--version']);
  return version !== undefined && VERSION.test(version) && !/\bsnap\b/i.test(version);
}

/** A snap sees neither hidden folders nor this machine's /tmp, where tests have what they show. */
function isSnap(name) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate));
  return path !== undefined && basename(realpathSync(path)) === 'snap';
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
