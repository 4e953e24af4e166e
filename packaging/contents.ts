import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './bundling.ts';
import { readInventory } from './inventory.ts';
import { readLicenceTexts } from './licence-texts.ts';
import { formatLicences } from './licences.ts';
import { formatSbom } from './sbom.ts';

const ROOT = join(import.meta.dirname, '..');

/** Writes down whose code is in the bundles: `dist/THIRD-PARTY-LICENSES.txt` and `dist/sbom.cdx.json`. */
export function writeContents(bundles: readonly Bundle[]): void {
  const { name, version, description, license } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Readonly<Record<'name' | 'version' | 'description' | 'license', string>>;
  const packages = readInventory(bundles);
  const licensed = packages.map((bundled) => ({ ...bundled, texts: readLicenceTexts(bundled) }));
  writeFileSync(
    join(ROOT, 'dist', 'THIRD-PARTY-LICENSES.txt'),
    formatLicences(`${name} ${version}`, licensed),
  );
  writeFileSync(
    join(ROOT, 'dist', 'sbom.cdx.json'),
    formatSbom({ name, version, description, licence: license }, packages),
  );
}
