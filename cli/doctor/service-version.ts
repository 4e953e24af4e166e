import { compareVersions } from '../service/version.ts';
import type { Check } from './check.ts';
import type { FunctionReading } from './service-function.ts';

/** The versions of the functions that are there, each once, with the functions that have it. */
export function deployedVersions(
  functions: readonly FunctionReading[],
): ReadonlyMap<string, readonly string[]> {
  const versions = new Map<string, string[]>();
  for (const { functionName, state } of functions) {
    const version = state.isKnown ? state.value?.version : undefined;
    if (version === undefined) continue;
    versions.set(version, [...(versions.get(version) ?? []), functionName]);
  }
  return versions;
}

/** Whether all functions have one version, and whether it is this command's own. */
export function checkVersion(functions: readonly FunctionReading[], own: string): readonly Check[] {
  const what = { check: 'version', subject: 'version' } as const;
  const present = functions.filter(({ state }) => state.isKnown && state.value !== undefined);
  if (present.length === 0) return [];
  const versions = deployedVersions(functions);
  const silent = present.filter(({ state }) => state.isKnown && state.value?.version === undefined);
  const [version] = versions.keys();
  if (version === undefined) {
    return [
      {
        ...what,
        state: 'note',
        text: 'the functions tell no version, as before version 0.2.0',
        remedy: `deploytime deploy brings ${own}`,
      },
    ];
  }
  if (versions.size > 1 || silent.length > 0) {
    const told = [...versions].map(([one, names]) => `${one} (${names.join(', ')})`);
    const untold =
      silent.length === 0 ? [] : [`none (${silent.map(({ functionName }) => functionName).join(', ')})`];
    return [
      {
        ...what,
        state: 'wrong',
        text: `the functions have different versions: ${[...told, ...untold].join('; ')}`,
        remedy: 'deploytime deploy',
      },
    ];
  }
  return [{ ...what, ...judgeVersion(version, own) }];
}

function judgeVersion(version: string, own: string): Omit<Check, 'check' | 'subject'> {
  const difference = compareVersions(version, own);
  if (difference === 0) return { state: 'ok', text: `${version}, as this command's` };
  const newer = difference !== undefined && difference > 0;
  return {
    state: 'note',
    text: `${version}; this command's is ${own}`,
    remedy: newer ? `npx deploytime@${version}` : `deploytime deploy brings ${own}`,
  };
}
