import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../../local/account.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples', 'cdk-typescript');

/** The apps for each resource type in examples/cdk-typescript. */
export const USER_APPS = ['ecr-image', 'image-tag', 'layer-fingerprint', 'scheduled-scaling'] as const;
/** The app of the service itself. */
export const SERVICE_APP = 'service';

/** An app's source as it is in the repository. */
export function exampleSource(app: string): string {
  return readFileSync(join(EXAMPLES, `${app}.ts`), 'utf8');
}

/** The service's app, with what the service has to be told of MiniStack. */
export function localServiceSource(account: Account): string {
  const properties = {
    endpointOverride: account.endpoint.origin,
    registryHosts: { [account.registryHost]: account.endpoint.origin },
  };
  const example = exampleSource(SERVICE_APP);
  const told = example.replace("'Default')", `'Default', ${JSON.stringify(properties)})`);
  if (told !== example) return told;
  throw new Error(`${SERVICE_APP}.ts has no place for the service's properties`);
}
