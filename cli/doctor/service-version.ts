import { compareVersions } from '../service/version.ts';
import type { Check } from './check.ts';
import { deployCommand } from './remedy.ts';
import type { FunctionReading } from './service-function.ts';

/** The versions that functions tell, each once, with the functions that have it. */
export function deployedVersions(
  functions: readonly FunctionReading[],
): ReadonlyMap<string, readonly string[]> {
  const versions = new Map<string, string[]>();
  for (const { functionName, version } of present(functions)) {
    if (!version.isKnown || version.value === undefined) continue;
    versions.set(version.value, [...(versions.get(version.value) ?? []), functionName]);
  }
  return versions;
}

function present(functions: readonly FunctionReading[]) {
  return functions.flatMap(({ functionName, state }) =>
    state.isKnown && state.value !== undefined ? [{ functionName, version: state.value.version }] : [],
  );
}

/** Whether all functions have one version, and whether it is this command's own. */
export function checkVersion(
  functions: readonly FunctionReading[],
  { own, qualifier }: { readonly own: string; readonly qualifier: string },
): readonly Check[] {
  const what = { check: 'version', subject: 'version' } as const;
  const there = present(functions);
  if (there.length === 0) return [];
  const versions = deployedVersions(functions);
  const silent = there.filter(({ version }) => version.isKnown && version.value === undefined);
  const hidden = there.flatMap(({ functionName, version }) =>
    version.isKnown ? [] : [`${functionName}: ${version.because}`],
  );
  if (versions.size > 1 || (versions.size === 1 && silent.length > 0)) {
    const told = [...versions].map(([version, names]) => `${version} (${names.join(', ')})`);
    const untold =
      silent.length === 0 ? [] : [`none (${silent.map(({ functionName }) => functionName).join(', ')})`];
    const text = `the functions have different versions: ${[...told, ...untold].join('; ')}`;
    return [{ ...what, state: 'wrong', text, remedy: deployCommand(qualifier) }];
  }
  const [first] = hidden;
  if (first !== undefined) return [{ ...what, state: 'unknown', text: first }];
  const [version] = versions.keys();
  if (version !== undefined) return [{ ...what, ...judgeVersion(version, own, qualifier) }];
  return [
    {
      ...what,
      state: 'note',
      text: 'the functions tell no version, as before there was a package',
      remedy: `${deployCommand(qualifier)} brings ${own}`,
    },
  ];
}

function judgeVersion(version: string, own: string, qualifier: string): Omit<Check, 'check' | 'subject'> {
  const difference = compareVersions(version, own);
  if (difference === 0) return { state: 'ok', text: `${version}, as this command's` };
  const newer = difference !== undefined && difference > 0;
  return {
    state: 'note',
    text: `${version}; this command's is ${own}`,
    remedy: newer ? `npx deploytime@${version}` : `${deployCommand(qualifier)} brings ${own}`,
  };
}
