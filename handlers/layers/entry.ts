/** A file of a layer, as far as its fingerprint sees it. */
export interface FileEntry {
  readonly kind: 'file';
  /** From the layer's root, with slashes between its parts and none at its ends. */
  readonly path: string;
  /** Whether anyone may execute it: any of the mode's bits 0o111. */
  readonly isExecutable: boolean;
  /** SHA-256 of its content: 64 hexadecimal digits in lower case. */
  readonly sha256: string;
}

/** A symbolic link of a layer. It is never followed. */
export interface SymlinkEntry {
  readonly kind: 'symlink';
  readonly path: string;
  /** As it is written. It may lead out of the layer, or nowhere. */
  readonly target: string;
}

/** All that counts of a layer. */
export interface LayerReading {
  /** In no particular order. */
  readonly entries: readonly LayerEntry[];
  /** Of the files' contents, unpacked. */
  readonly bytes: number;
}

/** What a layer consists of. A folder is no entry: it is there because something is in it. */
export type LayerEntry = FileEntry | SymlinkEntry;
