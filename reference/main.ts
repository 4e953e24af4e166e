import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './document.ts';

/* `npm run reference` writes what is generated into the documentation, and names each file. */
for (const document of documents()) {
  writeFileSync(join(import.meta.dirname, '..', document.path), document.expected());
  process.stdout.write(`${document.path}\n`);
}
