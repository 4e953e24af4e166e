import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BUNDLED_PACKAGES } from '../../packaging/bundled-packages.ts';
import { type Bill, type BilledComponent, validationError } from './bill.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const KEPT_TEXTS = 'packaging/licence-texts';

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function nameOf({ group, name }: BilledComponent): string {
  return group === undefined ? name : `${group}/${name}`;
}

/** What `npm run build` has made. */
describe('what the package says of its contents', () => {
  const bill = JSON.parse(read('dist/sbom.cdx.json')) as Bill;
  const licences = read('dist/THIRD-PARTY-LICENSES.txt');
  const names = new Set(bill.components.map(nameOf));

  test('is a valid bill of materials', async () => {
    assert.equal(await validationError(read('dist/sbom.cdx.json')), null);
  });

  test('has every package that functions are meant to be made of', () => {
    assert.deepEqual(
      BUNDLED_PACKAGES.filter((name) => !names.has(name)),
      [],
    );
  });

  test('has nothing that only builds or tests, nor what the user has', () => {
    for (const name of ['aws-cdk-lib', 'constructs', 'esbuild', 'typescript', 'aws-cdk', 'node']) {
      assert.equal(names.has(name), false, name);
    }
  });

  test('has each package whose code the constructs name, which are not minified', () => {
    const found = new Set(
      [...read('dist/index.js').matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
        (match) => match[1],
      ),
    );
    const billed = bill.components
      .filter(({ properties }) => properties.some(({ value }) => value === 'dist/index.js'))
      .map(nameOf);
    assert.deepEqual([...found].sort(), billed.sort());
    assert.ok(found.has('picomatch'));
  });

  test('names bundles that are there', () => {
    const bundles = new Set(
      bill.components.flatMap(({ properties }) => properties.map(({ value }) => value)),
    );
    assert.deepEqual(
      [...bundles].filter((bundle) => !existsSync(join(ROOT, bundle))),
      [],
    );
    assert.deepEqual(
      globSync('dist/functions/*/index.mjs', { cwd: ROOT }).filter((bundle) => !bundles.has(bundle)),
      [],
    );
  });

  test('says of each package why it is there: something of this one leads to it', () => {
    const dependencies = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    const reached = new Set([bill.metadata.component.purl]);
    // A set gives what is added to it while it is read.
    for (const ref of reached) for (const dependency of dependencies.get(ref) ?? []) reached.add(dependency);
    assert.deepEqual(
      bill.components.map(({ purl }) => purl).filter((purl) => !reached.has(purl)),
      [],
    );
  });

  test('has the hash of each package’s archive', () => {
    const without = bill.components.filter(
      ({ externalReferences: [archive] }) => archive?.hashes === undefined,
    );
    assert.deepEqual(without.map(nameOf), []);
  });

  test('has the same packages in the licences', () => {
    const listed = [...licences.matchAll(/^(\S+ \S+) \([^)]+\)$/gm)].map((match) => match[1]);
    assert.deepEqual(
      listed.sort(),
      bill.components.map((component) => `${nameOf(component)} ${component.version}`).sort(),
    );
  });

  test('has each licence text that is kept here; none is kept for nothing', () => {
    const kept = globSync(`${KEPT_TEXTS}/**/*`, { cwd: ROOT, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    assert.ok(kept.length > 5);
    for (const { parentPath, name } of kept) {
      const text = readFileSync(join(parentPath, name), 'utf8').trimEnd();
      assert.ok(licences.includes(text), `${join(parentPath, name)} is in no licence of a bundled package`);
    }
  });

  test('has the licences of code that a package has taken over from elsewhere', () => {
    for (const holder of ['Fedor Indutny', 'Einar Otto Stangvik', 'Wärting', 'Ethan Arrowood']) {
      assert.ok(licences.includes(holder), holder);
    }
  });

  test('leaves the notices in the code of packages where they are', () => {
    const bundle = read('dist/functions/ecr-image/index.mjs');
    assert.match(bundle, /formdata-polyfill\. MIT License\. Jimmy Wärting/);
    assert.match(bundle, /ws\. MIT License\. Einar Otto Stangvik/);
  });
});
