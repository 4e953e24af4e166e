import { LocalError } from '../local-error.ts';

/** A command that can't be run as it stands, what is run for it, and why. */
export interface Substitution {
  readonly command: string;
  readonly instead: string;
  readonly because: string;
}

/** What stands for what, where there is no AWS account, no npm registry and nobody to ask. */
export function substitutions(given: {
  /** The package as `npm pack` made it. */
  readonly tarball: string;
  readonly endpoint: string;
  readonly registryHost: string;
}): Substitution[] {
  const registryHosts = JSON.stringify({ [given.registryHost]: given.endpoint });
  return [
    {
      command: 'npm install deploytime',
      instead: `npm install ${given.tarball}`,
      because: 'the package is not on npm yet',
    },
    {
      command: 'npx deploytime deploy',
      instead:
        `npx deploytime deploy --yes --parameter EndpointOverride=${given.endpoint} ` +
        `--parameter 'RegistryHosts=${registryHosts}'`,
      because: 'nobody is there to be asked, and the account is at an endpoint of its own',
    },
    {
      command: 'npx deploytime remove',
      instead: 'npx deploytime remove --yes',
      because: 'nobody is there to be asked',
    },
  ];
}

/**
 * The commands as they are run here.
 * @throws LocalError for a substitution that no command needs any more.
 */
export function substitute(commands: readonly string[], table: readonly Substitution[]): string[] {
  const unused = table.find(({ command }) => !commands.includes(command));
  if (unused !== undefined) {
    throw new LocalError(`no step is \`${unused.command}\`, for which something else would be run`);
  }
  return commands.map((command) => table.find((each) => each.command === command)?.instead ?? command);
}
