import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SDK = join(import.meta.dirname, '../../../../node_modules/@aws-sdk');

/** The errors that the SDK's model names for an operation, by the SDK's names. */
export async function modelledErrors(client: string, operation: string): Promise<readonly string[]> {
  const path = join(SDK, client, 'dist-types', 'commands', `${operation}Command.d.ts`);
  const text = await readFile(path, 'utf8');
  return [...text.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)].map(
    ([, name = '']) => name,
  );
}
