import { join } from 'node:path';
import { findNetworkFailure } from './network-failure.mjs';
import { ask, isOnPath, run } from './program.mjs';
import { programsFolder } from './programs-folder.mjs';
import { SetupError, tail } from './step.mjs';

/** actionlint is in neither npm, PyPI nor Debian. Go's checksum database vouches for what is built. */
const VERSION = 'v1.7.12';
const MODULE = `github.com/rhysd/actionlint/cmd/actionlint@${VERSION}`;
const WITHOUT_GO =
  'install Go 1.21 or later (https://go.dev/doc/install), or actionlint itself (https://github.com/rhysd/actionlint/blob/main/docs/install.md), then run this again';

const MODULE_PROXY = {
  name: 'the Go module proxy',
  settings: 'GOPROXY and the proxy settings',
  authorities: 'SSL_CERT_FILE',
};

/**
 * Builds actionlint, which checks the workflows, into the project's folder of programs where Go is here. Elsewhere its
 * test is skipped by name, unless CI is `true`: there it is a failure.
 */
export async function ensureGoPrograms(root) {
  const folder = programsFolder(root);
  if (ask(join(folder, 'actionlint'), ['-version'])?.split('\n')[0] === VERSION) return;
  if (!isOnPath('go')) {
    if (!isOnPath('actionlint')) goWithout(WITHOUT_GO);
    return;
  }
  const { ok, output } = await run(`building actionlint ${VERSION} with Go`, 'go', ['install', MODULE], {
    env: { ...process.env, GOBIN: folder },
  });
  if (ok || isOnPath('actionlint')) return;
  goWithout(
    findNetworkFailure(output, MODULE_PROXY) ?? 'Go could not build it, for the reason above',
    tail(output),
  );
}

/** @throws SetupError in CI. */
function goWithout(reason, details) {
  if (process.env.CI === 'true') {
    throw new SetupError(
      `actionlint not installed, and with CI=true no test may be skipped; ${reason}`,
      details,
    );
  }
  if (details) process.stdout.write(`${details}\n\n`);
  process.stdout.write(
    `set-up: actionlint not installed, so the tests that need it are skipped; ${reason}\n`,
  );
}
