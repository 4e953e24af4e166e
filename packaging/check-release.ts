import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newestEntry, type Release, releaseMistakes } from './release.ts';

/*
 * Whether a tag may be released: `npm run release:check -- v1.2.3`. The workflow asks it first, with the repository that it
 * runs in, and takes the notes of the release from it. It needs no packages.
 */

const ROOT = join(import.meta.dirname, '..');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { repository: { type: 'string' }, notes: { type: 'string' } },
});
const [tag] = positionals;
if (tag === undefined || positionals.length > 1) {
  process.stderr.write(
    'usage: npm run release:check -- <tag> [--repository <owner>/<name>] [--notes <file>]\n',
  );
  process.exit(2);
}
const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Release['manifest'];
const mistakes = releaseMistakes({ tag, manifest, changelog, repository: values.repository });
for (const mistake of mistakes) process.stderr.write(`${mistake}\n`);
if (mistakes.length > 0) process.exit(1);
if (values.notes !== undefined) writeFileSync(values.notes, `${newestEntry(changelog)?.text}\n`);
process.stdout.write(`${tag} may be released\n`);
