import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext } from 'node:test';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Outbound } from '../../handlers/network/outbound.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import {
  type KnownDifferences,
  type LayersUnderTest,
  testLayersApi,
} from '../support/layers-api/layers-api-suite.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { witness } from '../support/witness.ts';

/*
 * The suite that our stand-in for Lambda's API of layers passes (test/support/layers-api/layers-api.test.ts), over two
 * servers that others wrote. Where one of them differs, the API reference says what our stand-in does.
 */

const NO_SUCH_CALL = 'its server has no GetLayerVersionByArn';
const MOTO_DIFFERENCES: KnownDifferences = {
  'a version is got by its ARN, with size and SHA-256 of its archive': NO_SUCH_CALL,
  'its location has the archive, byte for byte': `${NO_SUCH_CALL}, and elsewhere the location is s3://`,
  'a version that was deleted is not found': NO_SUCH_CALL,
  'a version that was never there is not found': NO_SUCH_CALL,
  'versions are listed page by page': 'all are on one page',
  'a layer is named by its ARN as well': 'it is listed by its name alone',
  "another account's version that is not shared is no one's to see": NO_SUCH_CALL,
};

const MINISTACK_DIFFERENCES: KnownDifferences = {
  'a layer is named by its ARN as well': 'it is listed by its name alone',
};

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  testLayersApi(
    "moto's layers",
    async (context) => {
      await moto.reset();
      return layersAt(context, moto.origin, moto.accountId, 'test');
    },
    MOTO_DIFFERENCES,
  );
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-layers-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  testLayersApi(
    "MiniStack's layers",
    async (context) => {
      // Its accounts are told by the access key, and empty at first.
      account += 1;
      const accountId = String(account).padStart(12, '0');
      return layersAt(context, ministack.endpoint.origin, accountId, accountId);
    },
    MINISTACK_DIFFERENCES,
  );
});

function layersAt(
  context: TestContext,
  endpoint: string,
  accountId: string,
  accessKeyId: string,
): LayersUnderTest {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  // As in the local run: archives are at the endpoint itself.
  const outbound = new Outbound({ trustedHosts: new Set([new URL(endpoint).host]) });
  context.after(async () => {
    client.destroy();
    await outbound.close();
  });
  return { client, accountId, outbound };
}
