import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DeleteLayerVersionCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { readProperties } from '../../handlers/cloudformation/properties.ts';
import type { Answer } from '../../handlers/cloudformation/response.ts';
import { DownloadedContents } from '../../handlers/layers/layer-contents.ts';
import { createLambdaClient, LambdaLayerStore } from '../../handlers/layers/layer-store.ts';
import { Outbound } from '../../handlers/network/outbound.ts';
import { outboundRulesOf } from '../../handlers/network/outbound-rules.ts';
import { createSsmClient, SsmParameterStore } from '../../handlers/parameters/parameter-store.ts';
import { layerFingerprint } from '../../handlers/resources/layer-fingerprint.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { layerArchive } from '../support/layers-api/layer-archive.ts';
import { STACK_ID } from '../support/provider/events.ts';
import { REGION, testEnvironment } from '../support/provider/provider.ts';
import { witness } from '../support/witness.ts';

const ACCOUNT_ID = '000000000000';
const LAYER = 'shop-dependencies';
const PARAMETER = '/shop/layer';
const FILES = { 'python/shop.py': 'PRICE = 1\n', 'python/README.md': 'A shop.\n' };
const { signal } = new AbortController();

/**
 * The type with its real stores, over an account that others wrote, in the network that the endpoint override opens:
 * MiniStack has archives at its own address, over plain HTTP.
 */
describe('Custom::LayerFingerprint on MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let clients: ReturnType<typeof clientsOf>;
  let outbound: Outbound;
  let resource: ReturnType<typeof layerFingerprint>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-fingerprint-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
    clients = clientsOf(ministack);
    outbound = new Outbound(outboundRulesOf(testEnvironment(ministack.endpoint.origin)));
    const layers = new LambdaLayerStore(clients.lambda, { accountId: ACCOUNT_ID });
    resource = layerFingerprint({
      layers,
      parameters: new SsmParameterStore(clients.ssm),
      contents: new DownloadedContents({ store: layers, outbound }),
      statuses: { isRollingBack: async () => false },
      region: REGION,
      log: { info: () => {}, warn: () => {} },
    });
  });
  after(async () => {
    await outbound?.close();
    for (const client of Object.values(clients ?? {})) client.destroy();
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Publishes the layer's next version, and names it in the parameter. */
  const publish = async (files: Record<string, string>, builtAt: string): Promise<string> => {
    const ZipFile = await layerArchive(files, { builtAt: new Date(builtAt) });
    const command = new PublishLayerVersionCommand({ LayerName: LAYER, Content: { ZipFile } });
    const { LayerVersionArn = '' } = await clients.lambda.send(command);
    await clients.ssm.send(
      new PutParameterCommand({ Name: PARAMETER, Value: LayerVersionArn, Type: 'String', Overwrite: true }),
    );
    return LayerVersionArn;
  };

  const ask = (raw: Record<string, unknown>, former?: Answer): Promise<Answer> => {
    const properties = readProperties(resource.type, resource.schema, raw, resource.rules);
    const request = {
      responseUrl: ministack.endpoint.href,
      stackId: STACK_ID,
      requestId: crypto.randomUUID(),
      logicalResourceId: 'Layer',
      resourceType: resource.type,
      properties: raw,
    };
    if (former === undefined)
      return resource.create({ ...request, requestType: 'Create' }, properties, { signal });
    const { physicalResourceId } = former;
    const update = { ...request, requestType: 'Update', physicalResourceId, oldProperties: raw } as const;
    return resource.update(update, properties, { signal });
  };

  test('answers by version, name and parameter, stays with the content, and moves where the version is gone', async () => {
    const one = await publish(FILES, '2026-01-01');
    const first = await ask({ LayerName: LAYER });
    assert.equal(first.attributes.LayerVersionArn, one);
    assert.deepEqual((await ask({ LayerVersionArn: one })).attributes, first.attributes);
    assert.deepEqual((await ask({ ParameterName: PARAMETER })).attributes, first.attributes);

    const two = await publish(FILES, '2026-01-02');
    const second = await ask({ LayerName: LAYER }, first);
    assert.deepEqual(second.attributes, { ...first.attributes, LatestLayerVersionArn: two });

    await clients.lambda.send(new DeleteLayerVersionCommand({ LayerName: LAYER, VersionNumber: 1 }));
    const third = await ask({ ParameterName: PARAMETER }, second);
    assert.equal(third.attributes.LayerVersionArn, two);
    assert.equal(third.attributes.Fingerprint, first.attributes.Fingerprint);

    await publish({ ...FILES, 'python/shop.py': 'PRICE = 2\n' }, '2026-01-03');
    const fourth = await ask({ LayerName: LAYER }, third);
    assert.equal(fourth.attributes.Version, '3');
    assert.notEqual(fourth.attributes.Fingerprint, first.attributes.Fingerprint);
  });

  test('fails for what is not there', async () => {
    await assert.rejects(ask({ LayerName: 'nothing' }), { code: 'NotFound' });
    await assert.rejects(ask({ ParameterName: '/nothing' }), { code: 'NotFound' });
    const gone = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:layer:${LAYER}:99`;
    await assert.rejects(ask({ LayerVersionArn: gone }), { code: 'NotFound' });
  });
});

function clientsOf({ endpoint }: MiniStack) {
  const configuration = {
    endpoint: endpoint.origin,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT_ID, secretAccessKey: 'test' },
  };
  return { lambda: createLambdaClient(configuration), ssm: createSsmClient(configuration) };
}
