import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatSbom } from '../../packaging/sbom.ts';
import { type Bill, validationError } from './bill.ts';
import { bundledPackage } from './sample-package.ts';

const PRODUCT = { name: 'product', version: '2.0.0', description: 'Does it', licence: 'Apache-2.0' };
const SHA512 = Buffer.alloc(64, 7);
const PACKAGES = [
  bundledPackage({
    name: '@scope/outer',
    licence: 'ISC',
    isDirect: true,
    dependencies: ['node_modules/inner'],
    bundles: ['dist/cli.mjs', 'dist/index.js'],
    integrity: `sha512-${SHA512.toString('base64')}`,
  }),
  bundledPackage({ name: 'inner', version: '1.0.0-rc.1+build' }),
];

function bill(packages = PACKAGES): Bill {
  return JSON.parse(formatSbom(PRODUCT, packages)) as Bill;
}

describe('the bill of materials', () => {
  test('is valid CycloneDX 1.6', async () => {
    assert.equal(await validationError(formatSbom(PRODUCT, PACKAGES)), null);
    assert.equal(bill().specVersion, '1.6');
  });

  test('is of the product', () => {
    const { component } = bill().metadata;
    assert.equal(component.purl, 'pkg:npm/product@2.0.0');
    assert.deepEqual(component.licenses, [{ license: { id: 'Apache-2.0' } }]);
  });

  test('has each package by its package URL, with its licence and the bundles that have code of it', () => {
    const [outer, inner] = bill().components;
    assert.equal(inner?.purl, 'pkg:npm/inner@1.0.0-rc.1%2Bbuild');
    assert.deepEqual(
      { group: outer?.group, name: outer?.name, purl: outer?.purl, licenses: outer?.licenses },
      {
        group: '@scope',
        name: 'outer',
        purl: 'pkg:npm/%40scope/outer@1.0.0',
        licenses: [{ license: { id: 'ISC' } }],
      },
    );
    assert.deepEqual(outer?.properties, [
      { name: 'deploytime:bundle', value: 'dist/cli.mjs' },
      { name: 'deploytime:bundle', value: 'dist/index.js' },
    ]);
  });

  test('has the hash of the archive that the lock file names, in hexadecimal', () => {
    const [outer, inner] = bill().components;
    assert.deepEqual(outer?.externalReferences, [
      {
        type: 'distribution',
        url: 'https://registry.npmjs.org/@scope/outer/-/outer-1.0.0.tgz',
        hashes: [{ alg: 'SHA-512', content: SHA512.toString('hex') }],
      },
    ]);
    assert.equal(inner?.externalReferences[0]?.hashes, undefined);
  });

  test('has who depends on whom, the product among them', () => {
    const dependencies = Object.fromEntries(
      bill().dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]),
    );
    assert.deepEqual(dependencies, {
      'pkg:npm/product@2.0.0': ['pkg:npm/%40scope/outer@1.0.0'],
      'pkg:npm/%40scope/outer@1.0.0': ['pkg:npm/inner@1.0.0-rc.1%2Bbuild'],
      'pkg:npm/inner@1.0.0-rc.1%2Bbuild': [],
    });
  });

  test('is the same for the same content, and names no time', () => {
    assert.equal(formatSbom(PRODUCT, PACKAGES), formatSbom(PRODUCT, PACKAGES));
    assert.equal('timestamp' in bill().metadata, false);
    assert.match(
      bill().serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.notEqual(bill().serialNumber, bill(PACKAGES.slice(1)).serialNumber);
  });

  test('is refused where the lock file has another kind of hash', () => {
    assert.throws(
      () => formatSbom(PRODUCT, [bundledPackage({ name: 'old', integrity: 'sha1-AAAA' })]),
      /package-lock\.json has sha1-AAAA, which is no SHA-512/,
    );
  });
});
