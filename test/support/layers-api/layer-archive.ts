import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface LayerArchiveOptions {
  /** When its files were changed: another time is another archive of the same content. Default: 2026-01-01. */
  readonly builtAt?: Date;
  /** Default: true. */
  readonly compress?: boolean;
}

/** A layer's zip with these files, all of them plain ones. */
export async function layerArchive(
  files: Readonly<Record<string, string | Buffer>>,
  { builtAt = new Date('2026-01-01T00:00:00Z'), compress = true }: LayerArchiveOptions = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), path, { mtime: builtAt, mode: 0o100644, compress });
  }
  zip.end();
  return buffer(zip.outputStream);
}
