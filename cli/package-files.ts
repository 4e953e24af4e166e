import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

/*
 * What the command finds beside itself. No other module knows where it stands: this one is `cli/package-files.ts` in
 * the clone and a part of `dist/cli.mjs` in the package, and the path is the same from both.
 */

/** The package's own version. */
export const VERSION: string = manifest.version;

/** The service as one template, which the package's build makes. */
export const TEMPLATE_FILE = fileURLToPath(new URL('../dist/deploytime.template.json', import.meta.url));
