import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { type EcrUnderTest, type KnownDifferences, testEcrApi } from '../support/registry/ecr-api-suite.ts';
import { digestOf } from '../support/registry/registry-store.ts';
import { witness } from '../support/witness.ts';

/*
 * The suite that our stand-in for ECR's API passes (test/support/registry/ecr-api.test.ts), over two servers that
 * others wrote. Where one of them differs, the API reference says what our stand-in does.
 */

const MOTO_DIFFERENCES: KnownDifferences = {
  'tag and digest that do not agree are told apart from what is not there': 'both are ImageNotFound',
  'an image that an index holds stays, with its last tag': 'indexes protect nothing',
  'a tag that moves leaves its image without one': 'an image without a tag is forgotten',
  'a login is given, for the registry of the account and Region': 'it expired in 2015',
};

const MINISTACK_DIFFERENCES: KnownDifferences = {
  'one of several tags is taken away, and the image stays': 'one tag takes the image with all of its tags',
  'a digest means the image with all of its tags': 'the answer names one tag of the image',
  'tag and digest that do not agree remove nothing': 'whichever is found first is removed',
  'tag and digest that do not agree are told apart from what is not there': 'one of the two is removed',
  'an image that an index holds stays, with its last tag': 'indexes protect nothing',
  'neither tag nor digest is a failure': 'it is an image that is not found',
  'a description fails whole for one image that is not there': 'the image is left out',
};

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  testEcrApi(
    "moto's ECR",
    async (context) => {
      await moto.reset();
      const ecr = ecrAt(moto.origin, moto.accountId, 'test');
      context.after(() => ecr.client.destroy());
      return ecr;
    },
    MOTO_DIFFERENCES,
  );
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-ecr-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  testEcrApi(
    "MiniStack's ECR",
    async (context) => {
      // Its accounts are told by the access key, and empty at first.
      account += 1;
      const accountId = String(account).padStart(12, '0');
      const ecr = ecrAt(ministack.endpoint.origin, accountId, accountId);
      context.after(() => ecr.client.destroy());
      return ecr;
    },
    MINISTACK_DIFFERENCES,
  );
});

function ecrAt(endpoint: string, accountId: string, accessKeyId: string): EcrUnderTest {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  const client = new ECRClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    accountId,
    createRepository: async (repositoryName) => {
      await client.send(new CreateRepositoryCommand({ repositoryName }));
    },
    putImage: async (repositoryName, imageManifest, imageManifestMediaType, imageTag) => {
      // moto makes up a digest where none is named.
      const imageDigest = digestOf(Buffer.from(imageManifest));
      await client.send(
        new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType, imageTag, imageDigest }),
      );
    },
  };
}
