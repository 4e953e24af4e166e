import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import {
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  type LambdaClient,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Outbound } from '../../../handlers/network/outbound.ts';
import { layerArchive } from './layer-archive.ts';

/** An API of layers with what a test needs beside it. */
export interface LayersUnderTest {
  readonly client: LambdaClient;
  readonly accountId: string;
  /** Through which archives are downloaded. */
  readonly outbound: Outbound;
}

/** What a server is known not to do as AWS does, by the test that would show it, with the reason. */
export type KnownDifferences = Readonly<Partial<Record<LayersSuiteTest, string>>>;

/**
 * What Lambda's API reference says of the actions that this project calls, through the SDK's own client.
 * Held over our strict stand-in and over independent ones, so that ours is no opinion.
 * @param open Called once for each test.
 */
export function testLayersApi(
  name: string,
  open: (context: TestContext) => Promise<LayersUnderTest>,
  differences: KnownDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [LayersSuiteTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const layers = await open(context);
          const failure = await failureOf(() => check(layers));
          // The SDK says so where the answer is a page for people.
          const isDifference = failure instanceof assert.AssertionError || failure instanceof SyntaxError;
          assert.ok(isDifference, `It does as AWS does, or fails otherwise: ${failure?.stack}`);
        });
      }
    }
  });
}

type Check = (layers: LayersUnderTest) => Promise<void>;
export type LayersSuiteTest = keyof typeof TESTS;

const LAYER = 'shop-dependencies';

const TESTS = {
  'versions are numbered from 1, and named by ARNs': async (layers) => {
    assert.equal(await publish(layers, 'one'), arnOf(layers, 1));
    assert.equal(await publish(layers, 'two'), arnOf(layers, 2));
  },

  'a version is got by its ARN, with size and SHA-256 of its archive': async (layers) => {
    const archive = await layerArchive({ 'python/shop.py': 'one' });
    await publish(layers, 'one');
    const found = await get(layers, 1);
    assert.equal(found.LayerVersionArn, arnOf(layers, 1));
    assert.equal(found.Version, 1);
    assert.equal(found.Content?.CodeSize, archive.length);
    assert.equal(found.Content?.CodeSha256, createHash('sha256').update(archive).digest('base64'));
  },

  'its location has the archive, byte for byte': async (layers) => {
    await publish(layers, 'one');
    const { Content } = await get(layers, 1);
    const location = Content?.Location ?? '';
    assert.match(location, /^https?:/);
    const response = await layers.outbound.request(new URL(location), { method: 'GET' });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(await buffer(response.body), await layerArchive({ 'python/shop.py': 'one' }));
  },

  'a version that was deleted is not found': async (layers) => {
    await publish(layers, 'one');
    await remove(layers, 1);
    await assertNotFound(() => get(layers, 1));
  },

  'a version that was never there is not found': async (layers) => {
    await publish(layers, 'one');
    await assertNotFound(() => get(layers, 7));
  },

  'versions are listed, without those that were deleted': async (layers) => {
    for (const content of ['one', 'two', 'three']) await publish(layers, content);
    await remove(layers, 2);
    assert.deepEqual(await list(layers, LAYER), [arnOf(layers, 3), arnOf(layers, 1)]);
  },

  'a number is not given again': async (layers) => {
    for (const content of ['one', 'two']) await publish(layers, content);
    await remove(layers, 2);
    assert.equal(await publish(layers, 'three'), arnOf(layers, 3));
  },

  'versions are listed page by page': async (layers) => {
    for (const content of ['one', 'two', 'three']) await publish(layers, content);
    const input = { LayerName: LAYER, MaxItems: 2 };
    const first = await layers.client.send(new ListLayerVersionsCommand(input));
    assert.deepEqual(versionsOf(first), [arnOf(layers, 3), arnOf(layers, 2)]);
    assert.ok(first.NextMarker);
    const more = { ...input, Marker: first.NextMarker };
    const second = await layers.client.send(new ListLayerVersionsCommand(more));
    assert.deepEqual(versionsOf(second), [arnOf(layers, 1)]);
    assert.equal(second.NextMarker, undefined);
  },

  'a layer is named by its ARN as well': async (layers) => {
    await publish(layers, 'one');
    const arn = arnOf(layers, 1).replace(/:1$/, '');
    assert.deepEqual(await list(layers, arn), [arnOf(layers, 1)]);
  },

  'a layer that is not there has no versions': async (layers) => {
    assert.deepEqual(await list(layers, 'nothing'), []);
  },

  "another account's version that is not shared is no one's to see": async (layers) => {
    await publish(layers, 'one');
    const Arn = arnOf(layers, 1).replace(layers.accountId, '999900001111');
    const error = await failureOf(() => layers.client.send(new GetLayerVersionByArnCommand({ Arn })));
    assert.equal(error?.name, 'AccessDeniedException');
  },
} satisfies Record<string, Check>;

async function publish({ client }: LayersUnderTest, content: string): Promise<string | undefined> {
  const ZipFile = await layerArchive({ 'python/shop.py': content });
  const command = new PublishLayerVersionCommand({ LayerName: LAYER, Content: { ZipFile } });
  return (await client.send(command)).LayerVersionArn;
}

function remove({ client }: LayersUnderTest, VersionNumber: number) {
  return client.send(new DeleteLayerVersionCommand({ LayerName: LAYER, VersionNumber }));
}

function get(layers: LayersUnderTest, version: number) {
  return layers.client.send(new GetLayerVersionByArnCommand({ Arn: arnOf(layers, version) }));
}

async function list({ client }: LayersUnderTest, LayerName: string): Promise<string[]> {
  return versionsOf(await client.send(new ListLayerVersionsCommand({ LayerName })));
}

function versionsOf({
  LayerVersions,
}: {
  LayerVersions?: { LayerVersionArn?: string | undefined }[] | undefined;
}): string[] {
  return (LayerVersions ?? []).map(({ LayerVersionArn }) => LayerVersionArn ?? '');
}

function arnOf({ accountId }: LayersUnderTest, version: number): string {
  return `arn:aws:lambda:us-east-1:${accountId}:layer:${LAYER}:${version}`;
}

async function assertNotFound(ask: () => Promise<unknown>): Promise<void> {
  assert.ok((await failureOf(ask)) instanceof ResourceNotFoundException);
}

async function failureOf(ask: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
