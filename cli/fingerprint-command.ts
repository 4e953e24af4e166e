import { ProviderError } from '../handlers/errors.ts';
import { fingerprintDirectory } from '../handlers/layers/directory.ts';
import { parseExclusion } from '../handlers/layers/exclusion.ts';
import { CliError } from './cli-error.ts';
import type { Output } from './output.ts';
import type { FingerprintOptions } from './program.ts';

/** `deploytime fingerprint` */
export async function runFingerprint(
  paths: readonly string[],
  options: FingerprintOptions,
  { output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<void> {
  try {
    const exclude = parseExclusion(options.exclude);
    const layers = paths.map((path) => {
      signal.throwIfAborted();
      return { path, fingerprint: fingerprintDirectory(path, { exclude }) };
    });
    output.result(
      { layers },
      layers.map(({ fingerprint, path }) => (layers.length === 1 ? fingerprint : `${fingerprint}  ${path}`)),
    );
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Usage', error.message, { cause: error });
  }
}
