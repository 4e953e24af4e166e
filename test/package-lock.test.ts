import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>;
  readonly inBundle?: boolean;
}

/**
 * `npm install` drops a platform's package from the lock file where the registry in use doesn't hold it, and
 * `npm ci` then refuses the file everywhere. Entries without an integrity are enough for it.
 */
test('the lock file names every optional package, also those of other platforms', () => {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const missing = Object.entries(lock.packages)
    .filter(([, locked]) => locked.inBundle !== true)
    .flatMap(([path, locked]) =>
      Object.keys(locked.optionalDependencies ?? {}).filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
    );
  assert.deepEqual(missing, []);
});
