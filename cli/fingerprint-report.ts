import type { LayerEntry } from '../handlers/layers/entry.ts';
import type { LayerFile } from './fingerprint.ts';

/** What `deploytime fingerprint --json` prints. The fields are for ever; others may join them. */
export interface FingerprintDocument {
  readonly layers: readonly {
    readonly path: string;
    readonly kind: 'directory' | 'zip';
    readonly fingerprint: string;
    /** Files and symlinks. */
    readonly entries: number;
    readonly bytes: number;
    /** With `--list`. */
    readonly list?: readonly ListedEntry[];
  }[];
}

export interface ListedEntry {
  readonly kind: ListedKind;
  readonly path: string;
  /** Of a file. */
  readonly sha256?: string;
  /** Of a symlink. */
  readonly target?: string;
}

type ListedKind = 'file' | 'executable' | 'symlink';

export function fingerprintDocument(layers: readonly LayerFile[], isListed: boolean): FingerprintDocument {
  return {
    layers: layers.map(({ path, kind, fingerprint, entries, bytes }) => ({
      path,
      kind,
      fingerprint,
      entries: entries.length,
      bytes,
      ...(isListed && { list: entries.map(listed) }),
    })),
  };
}

/** The same for people: as sha256sum has it, or the entries, under the fingerprint where there are several layers. */
export function fingerprintLines(layers: readonly LayerFile[], isListed: boolean): string[] {
  const isAlone = layers.length === 1;
  return layers.flatMap(({ path, fingerprint, entries }) => {
    const heading = `${fingerprint}  ${printable(path)}`;
    if (!isListed) return [isAlone ? fingerprint : heading];
    return [...(isAlone ? [] : [heading]), ...entries.map(entryLine)];
  });
}

const KIND_WIDTH = 'executable'.length;

function entryLine(entry: LayerEntry): string {
  const { kind, path, sha256, target } = listed(entry);
  const rest =
    target === undefined ? `${sha256}  ${printable(path)}` : `${printable(path)} -> ${printable(target)}`;
  return `${kind.padEnd(KIND_WIDTH)}  ${rest}`;
}

function listed(entry: LayerEntry): ListedEntry {
  if (entry.kind === 'symlink') return { kind: 'symlink', path: entry.path, target: entry.target };
  return { kind: entry.isExecutable ? 'executable' : 'file', path: entry.path, sha256: entry.sha256 };
}

/** A name with a line break or the like would pass for two lines. */
function printable(text: string): string {
  return /\p{C}/u.test(text) ? JSON.stringify(text) : text;
}
