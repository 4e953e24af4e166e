import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'cdk-typescript');

/**
 * Makes a folder with apps that use a package in another folder and this project's own aws-cdk-lib: nothing is
 * installed. The examples have no types of their own to write down, so they are JavaScript as they stand.
 * @param apps Sources by file name.
 */
export function linkProject(
  folder: string,
  packageFolder: string,
  apps: Readonly<Record<string, string>>,
): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  symlinkSync(packageFolder, join(modules, 'deploytime'));
  for (const name of ['aws-cdk-lib', 'constructs']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  cpSync(join(EXAMPLES, 'layer'), join(folder, 'layer'), { recursive: true });
  for (const [name, text] of Object.entries(apps)) writeFileSync(join(folder, name), text);
}
