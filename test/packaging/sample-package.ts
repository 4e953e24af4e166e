import type { BundledPackage } from '../../packaging/inventory.ts';

/** A package of an inventory; what is not named is as plain as can be. */
export function bundledPackage(
  overrides: Partial<BundledPackage> & { readonly name: string },
): BundledPackage {
  return {
    version: '1.0.0',
    licence: 'MIT',
    repository: undefined,
    folder: `node_modules/${overrides.name}`,
    files: ['index.js'],
    bundles: ['dist/cli.mjs'],
    isDirect: false,
    dependencies: [],
    integrity: undefined,
    ...overrides,
  };
}
