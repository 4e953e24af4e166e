import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { BundledPackage } from './inventory.ts';

/** What the bill is of. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly licence: string;
}

const REGISTRY = 'https://registry.npmjs.org';

/**
 * What `dist/sbom.cdx.json` says: a CycloneDX 1.6 bill of the packages of which there is code in the bundles, each with
 * the bundles that have it. It says nothing of when or where it was made: the same bundles have the same bill.
 */
export function formatSbom(product: Product, packages: readonly BundledPackage[]): string {
  const bill = new Models.Bom();
  const components = new Map(packages.map((bundled) => [bundled.folder, componentOf(bundled)]));
  const root = productOf(product);
  for (const { folder, isDirect, dependencies } of packages) {
    const component = components.get(folder);
    if (isDirect) link(root, component);
    for (const dependency of dependencies) link(component, components.get(dependency));
  }
  for (const component of components.values()) bill.components.add(component);
  bill.metadata.component = root;
  bill.metadata.lifecycles.add(Enums.LifecyclePhase.Build);

  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  const options = { sortLists: true, space: 2 };
  bill.serialNumber = serialNumber(serializer.serialize(bill, options));
  return `${serializer.serialize(bill, options)}\n`;
}

function productOf({ name, version, description, licence }: Product): Models.Component {
  const purl = packageUrl(name, version);
  return new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: purl,
    version,
    description,
    purl,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(licence)]),
  });
}

function componentOf({ name, version, licence, integrity, bundles }: BundledPackage): Models.Component {
  const [scope, plainName] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = packageUrl(name, version);
  return new Models.Component(Enums.ComponentType.Library, plainName ?? name, {
    bomRef: purl,
    ...(scope === undefined ? {} : { group: scope }),
    version,
    purl,
    scope: Enums.ComponentScope.Required,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(licence)]),
    externalReferences: new Models.ExternalReferenceRepository([
      new Models.ExternalReference(
        `${REGISTRY}/${name}/-/${plainName}-${version}.tgz`,
        Enums.ExternalReferenceType.Distribution,
        // The lock file's hash is of this archive, not of the code that was taken from it.
        integrity === undefined ? {} : { hashes: hashesOf(integrity) },
      ),
    ]),
    properties: new Models.PropertyRepository(
      bundles.map((bundle) => new Models.Property('deploytime:bundle', bundle)),
    ),
  });
}

function link(from: Models.Component | undefined, to: Models.Component | undefined): void {
  if (from !== undefined && to !== undefined) from.dependencies.add(to.bomRef);
}

/** @see https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
function packageUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
}

function hashesOf(integrity: string): Models.HashDictionary {
  const [algorithm, base64 = ''] = integrity.split('-', 2);
  if (algorithm !== 'sha512') throw new Error(`package-lock.json has ${integrity}, which is no SHA-512`);
  return new Models.HashDictionary([
    [Enums.HashAlgorithm['SHA-512'], Buffer.from(base64, 'base64').toString('hex')],
  ]);
}

/** A UUID that is derived from the content (version 8 of RFC 9562), since a random one would differ in each build. */
function serialNumber(content: string): string {
  const hash = createHash('sha256').update(content).digest('hex');
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
