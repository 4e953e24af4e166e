import type { BundledPackage } from './inventory.ts';
import type { LicenceText } from './licence-texts.ts';

/**
 * Licences that let whoever ships the code do so in a bundle, with the text beside it. Anything else, a choice of two
 * also, is for a person to read first.
 */
const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];
const RULE = '='.repeat(100);

export interface LicensedPackage extends Pick<BundledPackage, 'name' | 'version' | 'licence' | 'repository'> {
  readonly texts: readonly LicenceText[];
}

/**
 * What `dist/THIRD-PARTY-LICENSES.txt` says: each package with its licence, and each text once, unabridged.
 * @throws Error that names each package whose licence isn't allowed, and each that has no text.
 */
export function formatLicences(product: string, packages: readonly LicensedPackage[]): string {
  const mistakes = packages.flatMap(mistakesOf);
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));

  const usersByText = new Map<string, string[]>();
  for (const bundled of packages) {
    for (const { name, text } of bundled.texts) {
      usersByText.set(text, [...(usersByText.get(text) ?? []), `${titleOf(bundled)}: ${name}`]);
    }
  }
  return [
    `Third-party software in ${product}`,
    '',
    'The JavaScript files of this package contain code of the packages below, under the licences that each of them names.',
    'Their licences and notices follow in full. sbom.cdx.json has the same packages for programs.',
    '',
    ...packages.map((bundled) => `${titleOf(bundled)} (${bundled.licence})`),
    ...[...usersByText].flatMap(([text, users]) => ['', RULE, ...users, RULE, '', text.trimEnd()]),
    '',
  ].join('\n');
}

function mistakesOf(bundled: LicensedPackage): readonly string[] {
  const title = titleOf(bundled);
  if (!ALLOWED.includes(bundled.licence)) {
    const found = bundled.licence === '' ? 'names no licence' : `is under ${bundled.licence}`;
    return [
      `${title} is bundled and ${found}; allowed are ${ALLOWED.join(', ')}. Bundle another package, or read the licence and add it to ALLOWED in packaging/licences.ts`,
    ];
  }
  if (bundled.texts.length > 0) return [];
  return [
    `${title} is bundled and has no licence file: put the one of its repository into packaging/licence-texts/${bundled.repository ?? '<owner>/<repository>'}/LICENSE`,
  ];
}

function titleOf({ name, version }: LicensedPackage): string {
  return `${name} ${version}`;
}
