import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFailed, assertSucceeded, useWorlds } from '../../support/layer-fingerprint/ask.ts';
import {
  FILES,
  LAYER,
  type LayerFingerprintWorld,
  OTHER_ACCOUNT_ID,
  PARAMETER,
} from '../../support/layer-fingerprint/layer-fingerprint-world.ts';
import { layerArchive } from '../../support/layers-api/layer-archive.ts';

const ARN = `arn:aws:lambda:us-east-1:111122223333:layer:${LAYER}`;

interface Failure {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly reason: RegExp;
  readonly happens?: (world: LayerFingerprintWorld) => unknown;
}

const FAILURES: Readonly<Record<string, Failure>> = {
  'a version that was never published': {
    properties: { LayerVersionArn: `${ARN}:9` },
    reason:
      /^NotFound: There is no layer version arn:.*:9, which LayerVersionArn names: it was deleted, or never/,
  },
  'a version that was deleted': {
    properties: { LayerVersionArn: `${ARN}:1` },
    happens: ({ layers, first }) => layers.shelf.remove(first.arn),
    reason: /^NotFound: There is no layer version arn:.*:1, which LayerVersionArn names/,
  },
  'a layer that is not there': {
    properties: { LayerName: 'nothing' },
    reason:
      /^NotFound: The layer nothing has no version in this account and Region, or there is no such layer/,
  },
  'a parameter that is not there': {
    properties: { ParameterName: '/shop/nothing' },
    reason: /^NotFound: There is no parameter \/shop\/nothing in this account and Region/,
  },
  'a parameter without the label': {
    properties: { ParameterName: `${PARAMETER}:prod` },
    reason: /^NotFound: The parameter \/shop\/layer is there, but has no version or label prod/,
  },
  'a parameter that names a version that was deleted': {
    properties: { ParameterName: PARAMETER },
    happens: ({ layers, first }) => layers.shelf.remove(first.arn),
    reason: /^NotFound: There is no layer version arn:.*:1, which the parameter \/shop\/layer names/,
  },
  'a version in another Region': {
    properties: { LayerVersionArn: `${ARN}:1`.replace('us-east-1', 'eu-west-1') },
    reason: /^InvalidRequest: LayerVersionArn names a layer in eu-west-1; allowed is one in us-east-1/,
  },
  'a layer in another Region': {
    properties: { LayerName: ARN.replace('us-east-1', 'eu-west-1') },
    reason: /^InvalidRequest: LayerName arn:.* names a layer in eu-west-1; allowed is one in us-east-1/,
  },
  'a parameter that names a version in another Region': {
    properties: { ParameterName: PARAMETER },
    happens: ({ ssm }) => ssm.parameters.put(PARAMETER, `${ARN}:1`.replace('us-east-1', 'eu-west-1')),
    reason: /^InvalidRequest: The parameter \/shop\/layer names a layer in eu-west-1/,
  },
  'a parameter of another Region': {
    properties: { ParameterName: `arn:aws:ssm:eu-west-1:111122223333:parameter${PARAMETER}` },
    reason: /^InvalidRequest: ParameterName is arn:.*, which is in eu-west-1; this service runs in us-east-1/,
  },
  'a parameter that holds something else, which is not shown': {
    properties: { ParameterName: PARAMETER },
    happens: ({ ssm }) => ssm.parameters.put(PARAMETER, 'hunter2'),
    reason:
      /^InvalidRequest: The parameter \/shop\/layer holds a text of 7 characters that is no ARN of a layer version; allowed is arn:<partition>/,
  },
  'a parameter that holds an ARN and a line break': {
    properties: { ParameterName: PARAMETER },
    happens: ({ ssm, first }) => ssm.parameters.put(PARAMETER, `${first.arn}\n`),
    reason: /holds a text of \d+ characters that is the ARN of a layer version with white space around it/,
  },
  'a parameter that is a secret': {
    properties: { ParameterName: PARAMETER },
    happens: ({ ssm, first }) => ssm.parameters.put(PARAMETER, first.arn, 'SecureString'),
    reason: /^InvalidRequest: The parameter \/shop\/layer is of type SecureString; String is allowed/,
  },
  "another account's layer by its ARN": {
    properties: { LayerName: ARN.replace('111122223333', OTHER_ACCOUNT_ID) },
    reason: /^AccessDenied: .* other accounts' layers can't be listed: name one of its versions/,
  },
  "another account's version that is not shared": {
    properties: { LayerVersionArn: `${ARN}:1`.replace('111122223333', OTHER_ACCOUNT_ID) },
    reason: /^AccessDenied: .* account 444455556666 must allow that to account 111122223333/,
  },
  'a zip that no layer should have': {
    properties: { LayerName: LAYER },
    happens: async ({ layers }) => {
      layers.shelf.publish(LAYER, (await layerArchive({ a: '1', b: '1' })).subarray(0, 60));
    },
    reason:
      /^InvalidRequest: arn:aws:lambda:us-east-1:111122223333:layer:shop-dependencies:2 has no fingerprint/,
  },
  'an archive that S3 refuses': {
    properties: { LayerName: LAYER },
    happens: ({ layers }) => layers.archives.fail({ kind: 'status', status: 403, code: 'AccessDenied' }, 9),
    reason: /^AccessDenied: The archive of arn:.*:1 could not be downloaded: awslambda-us-east-1-layers/,
  },
  'more than one source': {
    properties: { LayerName: LAYER, ParameterName: PARAMETER },
    reason: /^InvalidRequest: .* are given, allowed is exactly one/,
  },
};

describe('Custom::LayerFingerprint fails for', () => {
  const inWorld = useWorlds();
  for (const [what, { properties, reason, happens }] of Object.entries(FAILURES)) {
    test(
      what,
      inWorld(async (world, resource) => {
        await happens?.(world);
        const failed = await resource.create(properties);
        assertFailed(failed, reason);
        assert.doesNotMatch(failed.Reason, /hunter2|X-Amz/);
        assert.doesNotMatch(world.log(), /hunter2|X-Amz/);
      }),
    );
  }
});

describe('Custom::LayerFingerprint is not hindered by', () => {
  const inWorld = useWorlds();

  test(
    'throttling, a storm of it',
    inWorld(async ({ layers, ssm }, resource) => {
      layers.fail({ code: 'TooManyRequestsException', times: 10 });
      ssm.fail({ code: 'ThrottlingException', times: 10 });
      assertSucceeded(await resource.create({ ParameterName: PARAMETER }));
    }),
  );

  test(
    'a download that breaks, stalls and expires',
    inWorld(async ({ layers }, resource) => {
      layers.archives.fail({ kind: 'reset' });
      layers.archives.fail({ kind: 'stall' });
      layers.archives.fail({ kind: 'status', status: 403, code: 'ExpiredToken' });
      assertSucceeded(await resource.create({ LayerName: LAYER }));
    }),
  );

  test(
    'a version that is published or deleted while it asks',
    inWorld(async (world, cold) => {
      const resource = cold.warm();
      const hold = world.layers.archives.hold();
      const asked = resource.create({ LayerName: LAYER });
      await hold.reached;
      await world.publish(FILES);
      world.layers.shelf.remove(world.first.arn);
      hold.release();
      assert.equal((await asked).Data.LayerVersionArn, world.first.arn);
      assert.equal((await resource.create({ LayerName: LAYER })).Data.Version, '2');
    }),
  );
});
