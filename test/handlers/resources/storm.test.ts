import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { THROTTLE_POLICY } from '../../../handlers/registry/throttling.ts';
import { hurried } from '../../support/provider/patience.ts';
import { startLayerStorm } from '../../support/storm/layer-storm.ts';
import { letStorm, type StormOptions, type StormScene } from '../../support/storm/storm.ts';
import { startTagStorm } from '../../support/storm/tag-storm.ts';

/** 500 requests at SSM's 40 a second, made small: the waits are a quarter of the real ones, and so is the time. */
const SMALL_STORM: StormOptions = {
  requests: 60,
  rate: { burst: 5, perSecond: 20 },
  patience: hurried(4),
};
/** The calls of such a storm for each one that had to be. Up to four are usual; a slow machine makes fewer. */
const MAX_CALLS_RATIO = 6;
/** Lambda keeps instances for so long that some of them are there. */
const WARM_INSTANCES = 6;

const SCENES: Readonly<Record<string, (options: StormOptions) => Promise<StormScene>>> = {
  'Custom::ImageTag while SSM throttles': startTagStorm,
  'Custom::LayerFingerprint while Lambda throttles': startLayerStorm,
  'Custom::LayerFingerprint by name while Lambda throttles': (options) =>
    startLayerStorm({ ...options, namedBy: 'LayerName', rate: { burst: 10, perSecond: 40 } }),
};

for (const [what, start] of Object.entries(SCENES)) {
  // They mostly wait.
  describe(`A storm of ${what}`, { concurrency: true }, () => {
    for (const [where, instances] of [
      ['an instance for each request', undefined],
      ['instances that are warm', WARM_INSTANCES],
    ] as const) {
      test(`is answered rightly, each request once, by ${where}`, async () => {
        await using scene = await start(SMALL_STORM);
        const { answers } = await letStorm(scene, instances);
        for (const [index, { puts, Status, Reason, Data }] of answers.entries()) {
          assert.equal(puts, 1);
          assert.equal(Status, 'SUCCESS', Reason);
          assert.deepEqual({ ...Data, ...scene.expected(index) }, Data);
        }
        assert.equal(answers.length, SMALL_STORM.requests);
        const { all, throttled } = scene.calls();
        const least = SMALL_STORM.requests * scene.callsPerRequest;
        assert.equal(all - throttled, least, 'No call was made twice');
        assert.ok(all <= least * MAX_CALLS_RATIO, `${all} calls, where ${least} had to be`);
        assert.deepEqual(scene.violations(), []);
      });
    }

    test('is none that one try each would outlast', async () => {
      const policy = { ...THROTTLE_POLICY, attempts: 1 };
      await using scene = await start({ ...SMALL_STORM, patience: { policy } });
      const { answers } = await letStorm(scene);
      const failed = answers.filter(({ Status }) => Status === 'FAILED');
      assert.ok(failed.length > 0);
      for (const { Reason } of failed) assert.match(String(Reason), /^Throttling: /);
      assert.ok(answers.every(({ puts }) => puts === 1));
    });
  });
}

test('One instance downloads a layer once, however many resources ask for it', async () => {
  await using scene = await startLayerStorm({ ...SMALL_STORM, rate: { burst: 1_000, perSecond: 1_000 } });
  const { answers } = await letStorm(scene, 1);
  const layers = new Set(answers.map(({ Data }) => Data?.LayerVersionArn));
  assert.equal(scene.downloads(), layers.size);
  assert.ok(layers.size < answers.length);
});
