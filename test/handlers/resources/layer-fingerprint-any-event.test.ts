import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { parseLayerArn } from '../../../handlers/layers/arn.ts';
import type { Fingerprint } from '../../../handlers/layers/fingerprint.ts';
import { rememberingId } from '../../../handlers/resources/answer-memory.ts';
import { layerAnswerCodec } from '../../../handlers/resources/layer-fingerprint-memory.ts';
import {
  LAYER_FINGERPRINT_TYPE,
  layerFingerprintSchema,
} from '../../../handlers/resources/layer-fingerprint-properties.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import {
  LAYER,
  type LayerFingerprintWorld,
  startLayerFingerprintWorld,
} from '../../support/layer-fingerprint/layer-fingerprint-world.ts';
import { assertOneValidAnswer, mutatedEvent, mutations } from '../../support/provider/any-event.ts';
import { STACK_ID } from '../../support/provider/events.ts';
import { REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';

const EVENTS = 1_000;

describe('any event of Custom::LayerFingerprint', () => {
  let server: ResponseServer;
  let world: LayerFingerprintWorld;
  let provider: TestProvider;
  let isRollingBack = false;
  before(async () => {
    server = await startResponseServer();
    world = await startLayerFingerprintWorld({
      statusOf: (id) =>
        id === STACK_ID ? (isRollingBack ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'UPDATE_IN_PROGRESS') : undefined,
    });
    provider = world.startInstance(server.origin);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await server.stop();
  });

  test(`gets exactly one valid answer, and changes nothing (${EVENTS} mutations of real ones)`, async () => {
    const counts = { SUCCESS: 0, FAILED: 0 };
    const properties = { LayerName: LAYER };
    const layer = parseLayerArn(world.first.layerArn);
    assert.ok(layer);
    const answer = {
      layer,
      version: 1,
      latestVersion: 1,
      fingerprint: 'a'.repeat(64) as Fingerprint,
      codeSha256: Buffer.alloc(32).toString('base64'),
      exclusion: 'a'.repeat(12),
    };
    const real = {
      ResourceType: LAYER_FINGERPRINT_TYPE,
      ResourceProperties: properties,
      OldResourceProperties: properties,
      PhysicalResourceId: rememberingId(layerAnswerCodec, { answer, properties }),
    };
    const unchanged = world.observe();
    await fc.assert(
      fc.asyncProperty(
        mutations(Object.keys(layerFingerprintSchema)),
        fc.boolean(),
        async (mutation, rollback) => {
          isRollingBack = rollback;
          const requestId = crypto.randomUUID();
          const issued = server.issue({ stackId: STACK_ID, logicalId: 'Layer', requestId, region: REGION });
          const { PhysicalResourceId, OldResourceProperties, ...creation } = real;
          const update = { PhysicalResourceId, OldResourceProperties, ...creation };
          const isCreate = mutation.requestType === 'Create';
          const event = mutatedEvent(mutation, issued.url, isCreate ? creation : update);
          await provider.handler(event, testContext());
          counts[assertOneValidAnswer(event, issued)] += 1;
        },
      ),
      { numRuns: EVENTS },
    );
    assert.deepEqual(world.observe(), unchanged);
    assert.deepEqual(world.violations(), []);
    assert.ok(counts.SUCCESS > EVENTS / 50, `${counts.SUCCESS} were accepted: the mutations are too wild`);
    assert.ok(counts.FAILED > EVENTS / 10, `${counts.FAILED} were refused: the mutations are too mild`);
  });
});
