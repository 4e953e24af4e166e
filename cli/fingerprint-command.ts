import { readLayerFiles } from './fingerprint.ts';
import { fingerprintDocument, fingerprintLines } from './fingerprint-report.ts';
import type { Output } from './output.ts';
import type { FingerprintOptions } from './program.ts';

/** `deploytime fingerprint` */
export async function runFingerprint(
  paths: readonly string[],
  { exclude, list = false }: FingerprintOptions,
  { output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<void> {
  const layers = await readLayerFiles(paths, { exclude, signal });
  output.result(fingerprintDocument(layers, list), fingerprintLines(layers, list));
}
