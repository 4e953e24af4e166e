import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AddLayerVersionPermissionCommand,
  GetLayerVersionByArnCommand,
  LambdaClient,
  ListLayerVersionsCommand,
} from '@aws-sdk/client-lambda';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { layerArchive } from './layer-archive.ts';
import { type LayersApi, startLayersApi } from './layers-api.ts';
import { testLayersApi } from './layers-api-suite.ts';

testLayersApi("the strict stand-in for Lambda's API of layers", async (context) => {
  const api = await startLayersApi();
  const client = clientOf(api);
  const outbound = outboundTo(api);
  context.after(async () => {
    client.destroy();
    await Promise.all([outbound.close(), api.close()]);
    assert.deepEqual(api.violations(), []);
  });
  return { client, accountId: api.shelf.accountId, outbound };
});

describe("the strict stand-in for Lambda's API of layers", () => {
  test('finds fault with an action that this project does not call', async () => {
    await using api = await startLayersApi();
    const client = clientOf(api);
    const command = new AddLayerVersionPermissionCommand({
      LayerName: 'shop',
      VersionNumber: 1,
      StatementId: 'all',
      Action: 'lambda:GetLayerVersion',
      Principal: '*',
    });
    await assert.rejects(client.send(command));
    assert.match(api.violations().join(), /is no call of the layers' API/);
    client.destroy();
  });

  test('finds fault with more items than Lambda lists, with another Region, and with no signature', async () => {
    await using api = await startLayersApi();
    const clients = [clientOf(api), clientOf(api, 'eu-west-1')] as const;
    await assert.rejects(clients[0].send(new ListLayerVersionsCommand({ LayerName: 'shop', MaxItems: 51 })));
    await assert.rejects(clients[1].send(new ListLayerVersionsCommand({ LayerName: 'shop' })));
    await (await fetch(`${api.origin}/2018-10-31/layers/shop/versions`)).text();
    assert.match(api.violations().join('\n'), /MaxItems is 51\n.*not signed for Lambda.*\n.*not signed/s);
    for (const client of clients) client.destroy();
  });

  test("shares another account's version with whom it is shared, and lists it for nobody", async () => {
    await using api = await startLayersApi();
    const client = clientOf(api);
    const archive = await layerArchive({ a: '1' });
    const options = { accountId: '999900001111', sharedWith: [api.shelf.accountId] };
    const { arn, layerArn } = api.shelf.publish('theirs', archive, options);
    const { Version } = await client.send(new GetLayerVersionByArnCommand({ Arn: arn }));
    assert.equal(Version, 1);
    await assert.rejects(client.send(new ListLayerVersionsCommand({ LayerName: layerArn })), {
      name: 'AccessDeniedException',
    });
    client.destroy();
  });

  test('gives each location once, and lets it expire', async () => {
    await using api = await startLayersApi();
    const version = api.shelf.publish('shop', await layerArchive({ a: '1' }));
    const outbound = outboundTo(api);
    const status = async (location: string): Promise<number> => {
      const { statusCode, body } = await outbound.request(new URL(location), { method: 'GET' });
      await body.dump();
      return statusCode;
    };
    const location = api.archives.issue(version);
    assert.notEqual(location, api.archives.issue(version));
    assert.equal(await status(location), 200);
    assert.equal(await status(location.replace(/Signature=./, 'Signature=x')), 403);
    api.archives.expire();
    assert.equal(await status(location), 403);
    assert.equal(await status(api.archives.issue(version)), 200);
    await outbound.close();
  });
});

function clientOf(api: LayersApi, region = 'us-east-1'): LambdaClient {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  return new LambdaClient({ endpoint: api.origin, region, credentials, maxAttempts: 1 });
}

function outboundTo({ archives }: LayersApi): Outbound {
  return new Outbound({ redirectedHosts: new Map([[archives.host, new URL(archives.origin)]]) });
}
