import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { allFencedBlocks, placeOf } from '../support/docs/fenced-block.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SYNTHESIS_LIMIT_MS = 2 * 60 * 1000;
/** What somebody's app has installed. */
const PACKAGES = ['aws-cdk-lib', 'constructs'];

/** Each block of TypeScript that has a file's name is an app: it is run as it stands, with the package as it is built. */
describe('the CDK apps of the documentation', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-apps-'));
    await mkdir(join(folder, 'node_modules'));
    for (const name of PACKAGES) {
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    await symlink(ROOT, join(folder, 'node_modules', 'deploytime'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const block of allFencedBlocks('ts').filter(({ name }) => name !== '')) {
    test(`${placeOf(block)}: ${block.name} is synthesised`, async () => {
      await writeFile(join(folder, block.name), block.code);
      const assembly = join(folder, `${block.name}.out`);
      await promisify(execFile)(process.execPath, [block.name], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
        timeout: SYNTHESIS_LIMIT_MS,
      });
      const templates = globSync('*.template.json', { cwd: assembly }).map(
        (path) =>
          JSON.parse(readFileSync(join(assembly, path), 'utf8')) as {
            readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
          },
      );
      assert.equal(templates.length, 1);
      const types = Object.values(templates[0]?.Resources ?? {}).map(({ Type }) => Type);
      assert.ok(types.includes('AWS::Lambda::Function'), types.join(', '));
    });
  }
});
