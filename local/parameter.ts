import { DeleteParameterCommand, DescribeParametersCommand } from '@aws-sdk/client-ssm';
import type { Account } from './account.ts';

/** Whether the account has a parameter of this name; its value is nobody's business here. */
export async function hasParameter(
  { ssm }: Account,
  name: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const { Parameters = [] } = await ssm.send(
    new DescribeParametersCommand({
      ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
    }),
    { abortSignal },
  );
  return Parameters.some(({ Name }) => Name === name);
}

/** Removes a parameter; one that is gone is no error. */
export async function removeParameter(
  { ssm }: Account,
  Name: string,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name }), { abortSignal });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ParameterNotFound')) throw error;
  }
}
