import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { type KnownDifferences, type SsmUnderTest, testSsmApi } from '../support/ssm/ssm-api-suite.ts';
import { witness } from '../support/witness.ts';

/*
 * The suite that our stand-in for SSM passes (test/support/ssm/ssm-api.test.ts), over two servers that others wrote.
 * Where one of them differs, the API reference says what our stand-in does.
 */

const MINISTACK_DIFFERENCES: KnownDifferences = {
  'a parameter is found in one of its versions': 'a name with a version is not found',
  'a parameter is found by a label, which can move': 'a name with a label is not found',
  'a parameter is found by its ARN in one of its versions': 'an ARN with a version is not found',
  'a version that is not there is an exception of its own': 'it is that of a parameter that is not there',
};

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  testSsmApi("moto's SSM", async (context) => {
    await moto.reset();
    const ssm = ssmAt(moto.origin, moto.accountId, 'test');
    context.after(() => ssm.client.destroy());
    return ssm;
  });
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-ssm-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  testSsmApi(
    "MiniStack's SSM",
    async (context) => {
      // Its accounts are told by the access key, and empty at first.
      account += 1;
      const accountId = String(account).padStart(12, '0');
      const ssm = ssmAt(ministack.endpoint.origin, accountId, accountId);
      context.after(() => ssm.client.destroy());
      return ssm;
    },
    MINISTACK_DIFFERENCES,
  );
});

function ssmAt(endpoint: string, accountId: string, accessKeyId: string): SsmUnderTest {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  return { client: new SSMClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }), accountId };
}
