import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { AwsCaller } from './aws-caller.ts';
import { CliError } from './cli-error.ts';

/** The account and Region that a command works in. */
export interface AccountPlace {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

/**
 * Asks whose the credentials are. Everybody may ask that, so it is also the first to tell that there are none.
 * @throws CliError `Usage` without a Region, `AccessDenied` without valid credentials.
 */
export async function getAccountPlace(client: STSClient, signal: AbortSignal): Promise<AccountPlace> {
  const caller = new AwsCaller({
    service: 'STS',
    region: await client.config.region().catch(() => 'no Region'),
  });
  const { Account, Arn } = await caller.call(
    (abortSignal) => client.send(new GetCallerIdentityCommand({}), { abortSignal }),
    { operation: 'say whose the credentials are', permission: 'sts:GetCallerIdentity', signal },
  );
  if (Account === undefined) throw new CliError('Unexpected', 'STS named no account for the credentials');
  return {
    partition: Arn?.split(':')[1] || 'aws',
    accountId: Account,
    region: await client.config.region(),
  };
}
