import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExampleContext, readExampleContext } from '../../../stacks/examples/example-context.ts';
import { testApp } from '../synthesis.ts';

function read(context: Record<string, unknown> = {}, prefix?: string): ExampleContext {
  return readExampleContext(testApp(context), prefix);
}

/** What is undefined is left out, as for the constructs. */
function known(props: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

describe("the examples' properties in the context", () => {
  it('are none at first, but for the names of the parameters', () => {
    const { imageFunction, releasedFunction, layerProducer, layerConsumer, nightlyBatch } = read();
    assert.deepEqual(known(imageFunction), {});
    assert.deepEqual(known(releasedFunction), { releaseParameter: '/deploytime-example/release' });
    assert.deepEqual(known(layerProducer), {
      layerParameter: '/deploytime-example/layer',
      layerName: 'deploytime-example',
    });
    assert.deepEqual(known(layerConsumer), { layerParameter: '/deploytime-example/layer' });
    assert.deepEqual(known(nightlyBatch), {});
  });

  it('name other parameters for a second copy of the service', () => {
    const { releasedFunction, layerProducer, layerConsumer } = read({}, 'deploytime-blue');
    assert.equal(releasedFunction.releaseParameter, '/deploytime-blue-example/release');
    assert.equal(layerProducer.layerParameter, '/deploytime-blue-example/layer');
    assert.equal(layerProducer.layerName, 'deploytime-blue-example');
    assert.equal(layerConsumer.layerParameter, '/deploytime-blue-example/layer');
  });

  it('have the names of the resource types', () => {
    const { imageFunction, releasedFunction } = read({
      'example:Source': 'registry.example.com/app:1',
      'example:Tag': 'v1',
      'example:Platform': 'linux/arm64',
      'example:OnExisting': 'overwrite',
      'example:OnDelete': 'retain',
      'example:DeploymentId': '7',
      'example:ServiceTimeout': '60',
      'example:ReleaseParameter': '/shop/tag',
    });
    const expected = {
      source: 'registry.example.com/app:1',
      tag: 'v1',
      platform: 'linux/arm64',
      onExisting: 'overwrite',
      onDelete: 'retain',
      deploymentId: '7',
    };
    const { serviceTimeout, ...properties } = imageFunction;
    assert.equal(serviceTimeout?.toSeconds(), 60);
    assert.deepEqual(properties, expected);
    const { serviceTimeout: sameTimeout, ...released } = releasedFunction;
    assert.equal(sameTimeout?.toSeconds(), 60);
    assert.deepEqual(released, { ...expected, releaseParameter: '/shop/tag' });
  });

  it('tell producer and consumers of the layer the same', () => {
    const { layerProducer, layerConsumer } = read({
      'example:LayerParameter': '/shop/layer',
      'example:LayerPath': '/tmp/layer.zip',
      'example:LayerExclude': '*.map,docs/',
      'example:DeploymentId': '7',
    });
    assert.deepEqual(known(layerProducer), {
      layerParameter: '/shop/layer',
      layerName: 'deploytime-example',
      layerPath: '/tmp/layer.zip',
      exclude: ['*.map', 'docs/'],
    });
    assert.deepEqual(known(layerConsumer), {
      layerParameter: '/shop/layer',
      exclude: ['*.map', 'docs/'],
      deploymentId: '7',
    });
  });

  it('say when the batch runs, and on whose cluster', () => {
    const { serviceTimeout, timezone, ...nightlyBatch } = read({
      'example:ClusterIdentifier': 'orders',
      'example:Timezone': 'Europe/Berlin',
      'example:Start': 'cron(0 1 * * ? *)',
      'example:End': 'cron(0 2 * * ? *)',
      'example:ExtraStart': '2026-12-24T13:00:00',
      'example:ExtraEnd': '2026-12-24T14:00:00',
      'example:ServiceTimeout': '60',
    }).nightlyBatch;
    assert.equal(serviceTimeout?.toSeconds(), 60);
    assert.equal(timezone?.timezoneName, 'Europe/Berlin');
    assert.deepEqual(nightlyBatch, {
      clusterIdentifier: 'orders',
      start: 'cron(0 1 * * ? *)',
      end: 'cron(0 2 * * ? *)',
      extraBatch: { start: '2026-12-24T13:00:00', end: '2026-12-24T14:00:00' },
    });
  });

  it('are refused where an extra batch has no end', () => {
    assert.throws(
      () => read({ 'example:ExtraStart': '2026-12-24T13:00:00' }),
      /^Error: The context has only one of example:ExtraStart and example:ExtraEnd; a batch has both, or neither$/,
    );
  });

  it('are refused by a name that there is none of', () => {
    assert.throws(
      () => read({ 'example:Sauce': 'x' }),
      /^Error: The context has example:Sauce; allowed are example:ClusterIdentifier, example:DeploymentId, /,
    );
  });
});
