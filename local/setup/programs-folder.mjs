import { join } from 'node:path';

/** Where the set-up puts programs of its own; test/support/witness.ts looks there before the PATH. */
export function programsFolder(root) {
  return join(root, '.cache', 'programs');
}
