import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { STSClient } from '@aws-sdk/client-sts';
import { getAccountPlace } from '../../cli/caller-identity-store.ts';
import { startScriptedQueryApi } from './scripted-query-api.ts';

const NEVER = new AbortController().signal;

async function open(context: TestContext) {
  const api = await startScriptedQueryApi(context);
  const client = new STSClient(api.configuration);
  context.after(() => client.destroy());
  return { api, client };
}

describe('whose the credentials are', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
    test(`is told, in the partition ${partition}`, async (context) => {
      const { api, client } = await open(context);
      const arn = `arn:${partition}:sts::111122223333:assumed-role/deploy/me`;
      api.script('GetCallerIdentity', { xml: `<Account>111122223333</Account><Arn>${arn}</Arn>` });
      assert.deepEqual(await getAccountPlace(client, NEVER), {
        partition,
        accountId: '111122223333',
        region: 'eu-central-1',
      });
    });
  }

  for (const code of ['ExpiredToken', 'InvalidClientTokenId']) {
    test(`is not told for credentials that are not valid (${code})`, async (context) => {
      const { api, client } = await open(context);
      api.script('GetCallerIdentity', { code, message: 'no', status: 403 });
      await assert.rejects(getAccountPlace(client, NEVER), {
        code: 'AccessDenied',
        message: /^STS in eu-central-1 refused to say whose the credentials are/,
      });
    });
  }
});
