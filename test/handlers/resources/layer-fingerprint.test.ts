import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { parseExclusion } from '../../../handlers/layers/exclusion.ts';
import { fingerprintOf } from '../../../handlers/layers/fingerprint.ts';
import { LAYER_FINGERPRINT_ATTRIBUTES } from '../../../handlers/resources/layer-fingerprint-properties.ts';
import { assertFailed, assertSucceeded, useWorlds } from '../../support/layer-fingerprint/ask.ts';
import {
  FILES,
  LAYER,
  type LayerFiles,
  OTHER_ACCOUNT_ID,
  PARAMETER,
} from '../../support/layer-fingerprint/layer-fingerprint-world.ts';
import { layerArchive } from '../../support/layers-api/layer-archive.ts';

/** FILES, in a part that is often left out. */
const NEW_README: LayerFiles = { ...FILES, 'python/README.md': 'A better shop.\n' };
const NEW_PRICE: LayerFiles = { ...FILES, 'python/shop.py': 'PRICE = 2\n' };

describe('Custom::LayerFingerprint', () => {
  const inWorld = useWorlds();

  test(
    'answers every attribute of a version',
    inWorld(async ({ first }, resource) => {
      const answer = await resource.create({ LayerVersionArn: first.arn });
      assertSucceeded(answer);
      const fingerprint = fingerprintOfFiles(FILES);
      assert.deepEqual(answer.Data, {
        Fingerprint: fingerprint,
        LayerVersionArn: first.arn,
        LatestLayerVersionArn: first.arn,
        Version: '1',
        CodeSha256: first.codeSha256,
        Description: `Depend on: ${LAYER}@${fingerprint.slice(0, 12)}`,
      });
      assert.deepEqual(Object.keys(answer.Data), LAYER_FINGERPRINT_ATTRIBUTES);
    }),
  );

  for (const [source, properties] of Object.entries({
    'a layer by its name': { LayerName: LAYER },
    'a layer by its ARN': { LayerName: `arn:aws:lambda:us-east-1:111122223333:layer:${LAYER}` },
    'a parameter': { ParameterName: PARAMETER },
  })) {
    test(
      `${source} leads to its newest version`,
      inWorld(async (world, resource) => {
        const second = await world.publish(NEW_PRICE);
        world.ssm.parameters.put(PARAMETER, second.arn);
        const { Data } = await resource.create(properties);
        assert.equal(Data.LayerVersionArn, second.arn);
        assert.equal(Data.Fingerprint, fingerprintOfFiles(NEW_PRICE));
      }),
    );
  }

  test(
    'a version of another account is read where that shares it',
    inWorld(async ({ layers }, resource) => {
      const theirs = layers.shelf.publish('theirs', await layerArchive(FILES), {
        accountId: OTHER_ACCOUNT_ID,
        sharedWith: [layers.shelf.accountId],
      });
      const { Data } = await resource.create({ LayerVersionArn: theirs.arn });
      assert.equal(Data.LayerVersionArn, theirs.arn);
    }),
  );

  test(
    'what is excluded does not count',
    inWorld(async (world, resource) => {
      const second = await world.publish(NEW_README);
      const [one, two] = await Promise.all(
        [world.first, second].map(({ arn }) => resource.create({ LayerVersionArn: arn, Exclude: ['*.md'] })),
      );
      assert.equal(one?.Data.Fingerprint, two?.Data.Fingerprint);
      assert.equal(one?.Data.Fingerprint, fingerprintOfFiles(FILES, ['*.md']));
      assert.notEqual(one?.Data.Fingerprint, fingerprintOfFiles(FILES));
    }),
  );

  test(
    'a Delete does nothing',
    inWorld(async (world, resource) => {
      const properties = { LayerName: LAYER };
      const { PhysicalResourceId } = await resource.create(properties);
      const before = world.observe();
      const calls = world.layers.calls.length;
      assertSucceeded(await resource.remove(properties, PhysicalResourceId));
      assert.deepEqual(world.observe(), before);
      assert.equal(world.layers.calls.length, calls);
    }),
  );
});

describe('The LayerVersionArn of Custom::LayerFingerprint', () => {
  const inWorld = useWorlds();
  const properties = { LayerName: LAYER };

  test(
    'stays while a rebuilt version has the same content',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      const second = await world.publish(FILES);
      assert.notEqual(second.codeSha256, world.first.codeSha256);
      const two = await resource.update(properties, { id: one.PhysicalResourceId });
      assert.deepEqual(two.Data, { ...one.Data, LatestLayerVersionArn: second.arn });
      const third = await world.publish(FILES);
      const three = await resource.update(properties, { id: two.PhysicalResourceId });
      assert.deepEqual(three.Data, { ...one.Data, LatestLayerVersionArn: third.arn });
    }),
  );

  test(
    'stays with the same archive under another number, without a download',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      world.layers.shelf.publish(LAYER, world.first.archive);
      const two = await resource.update(properties, { id: one.PhysicalResourceId });
      assert.equal(two.Data.LayerVersionArn, world.first.arn);
      assert.equal(world.downloads(), 1);
    }),
  );

  test(
    'moves with the content',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      const second = await world.publish(NEW_PRICE);
      const two = await resource.update(properties, { id: one.PhysicalResourceId });
      assert.equal(two.Data.LayerVersionArn, second.arn);
      assert.equal(two.Data.Version, '2');
      assert.equal(two.Data.CodeSha256, second.codeSha256);
    }),
  );

  test(
    'moves where the version answered before was deleted',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      const second = await world.publish(FILES);
      world.layers.shelf.remove(world.first.arn);
      const two = await resource.update(properties, { id: one.PhysicalResourceId });
      assert.equal(two.Data.LayerVersionArn, second.arn);
      assert.equal(two.Data.Fingerprint, one.Data.Fingerprint);
    }),
  );

  test(
    'moves where another account let go of the version answered before',
    inWorld(async ({ layers, log }, resource) => {
      const shared = { accountId: OTHER_ACCOUNT_ID, sharedWith: [layers.shelf.accountId] };
      const theirs = layers.shelf.publish('theirs', await layerArchive(FILES), shared);
      const one = await resource.create({ LayerVersionArn: theirs.arn });
      const builtAt = new Date('2026-02-01');
      const next = layers.shelf.publish('theirs', await layerArchive(FILES, { builtAt }), shared);
      layers.shelf.remove(theirs.arn);
      const two = await resource.update({ LayerVersionArn: next.arn }, { id: one.PhysicalResourceId });
      assert.equal(two.Data.LayerVersionArn, next.arn);
      assert.match(log(), /can no longer be seen/);
    }),
  );

  test(
    'goes back to an older version that is the newest again',
    inWorld(async (world, resource) => {
      const second = await world.publish(NEW_PRICE);
      const one = await resource.create(properties);
      assert.equal(one.Data.LayerVersionArn, second.arn);
      world.layers.shelf.remove(second.arn);
      const two = await resource.update(properties, { id: one.PhysicalResourceId });
      assert.equal(two.Data.LayerVersionArn, world.first.arn);
    }),
  );

  test(
    'is never of another layer than the one that is named',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      const other = await world.publish(FILES, 'another');
      const two = await resource.update({ LayerName: 'another' }, { id: one.PhysicalResourceId, properties });
      assert.equal(two.Data.LayerVersionArn, other.arn);
      assert.equal(two.Data.Fingerprint, one.Data.Fingerprint);
    }),
  );

  test(
    'stays where the same layer is named in another way',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      const second = await world.publish(FILES);
      const two = await resource.update(
        { LayerVersionArn: second.arn },
        { id: one.PhysicalResourceId, properties },
      );
      assert.equal(two.Data.LayerVersionArn, world.first.arn);
    }),
  );

  test(
    'stays with another Exclude under which the content is the same',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      await world.publish(NEW_README);
      const excluding = { ...properties, Exclude: ['*.md'] };
      const two = await resource.update(excluding, { id: one.PhysicalResourceId, properties });
      assert.equal(two.Data.LayerVersionArn, world.first.arn);
      assert.equal(two.Data.Fingerprint, fingerprintOfFiles(FILES, ['*.md']));
      // Without it the two contents differ, and the version answered before is the one that is compared.
      const three = await resource.update(properties, { id: two.PhysicalResourceId, properties: excluding });
      assert.equal(three.Data.Version, '2');
      assert.equal(three.Data.Fingerprint, fingerprintOfFiles(NEW_README));
    }),
  );
});

describe('The physical id of Custom::LayerFingerprint', () => {
  const inWorld = useWorlds();
  const properties = { LayerName: LAYER };

  test(
    'stays as it was received while the answer is the same, whatever the properties',
    inWorld(async ({ first }, resource) => {
      const one = await resource.create(properties);
      for (const changed of [
        properties,
        { LayerVersionArn: first.arn },
        { ParameterName: PARAMETER },
        { LayerName: LAYER, Exclude: ['nothing-is-called-so'] },
      ]) {
        const two = await resource.update(changed, { id: one.PhysicalResourceId, properties });
        assert.equal(two.PhysicalResourceId, one.PhysicalResourceId);
        assert.deepEqual(two.Data, one.Data);
      }
    }),
  );

  test(
    'spares a new instance the download of what has not changed',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      await resource.update(properties, { id: one.PhysicalResourceId });
      assert.equal(world.downloads(), 1);
    }),
  );

  test(
    'that is none of ours is passed over',
    inWorld(async (_world, resource) => {
      const one = await resource.create(properties);
      const two = await resource.update(properties, { id: 'shop-Layer-1A2B3C4D5E6F' });
      assert.deepEqual(two.Data, one.Data);
      assert.match(two.PhysicalResourceId, /^layer-fingerprint-v1#/);
    }),
  );

  test(
    'that holds another answer than the archive has is not believed',
    inWorld(async (world, resource) => {
      const one = await resource.create(properties);
      const id = one.PhysicalResourceId;
      const code = Buffer.from(world.first.codeSha256, 'base64').toString('base64url');
      const other = Buffer.alloc(32, 7).toString('base64url');
      const two = await resource.update(properties, { id: id.replace(code, other) });
      assert.deepEqual(two.Data, one.Data);
      assert.equal(world.downloads(), 2);
    }),
  );
});

describe('A warm instance of Custom::LayerFingerprint', () => {
  const inWorld = useWorlds();

  test(
    'downloads an archive once, and still looks whether its version is there',
    inWorld(async (world, cold) => {
      const resource = cold.warm();
      const one = await resource.create({ LayerName: LAYER });
      const two = await resource.create({ LayerName: LAYER });
      assert.deepEqual(one.Data, two.Data);
      assert.equal(world.downloads(), 1);
      world.layers.shelf.remove(world.first.arn);
      assertFailed(await resource.create({ LayerVersionArn: world.first.arn }), /There is no layer version/);
    }),
  );

  test(
    'downloads it again for another Exclude',
    inWorld(async (world, cold) => {
      const resource = cold.warm();
      await resource.create({ LayerName: LAYER });
      await resource.create({ LayerName: LAYER, Exclude: ['*.md', '*.txt'] });
      await resource.create({ LayerName: LAYER, Exclude: ['*.txt', '*.md'] });
      assert.equal(world.downloads(), 2);
    }),
  );
});

/** Worked out by hand, from the contents alone. */
function fingerprintOfFiles(files: LayerFiles, exclude: readonly string[] = []): string {
  const exclusion = parseExclusion(exclude);
  const entries = Object.entries(files)
    .filter(([path]) => !exclusion.excludes(path))
    .map(([path, content]) => ({
      kind: 'file' as const,
      path,
      isExecutable: false,
      sha256: hash('sha256', content),
    }));
  return fingerprintOf(entries);
}
