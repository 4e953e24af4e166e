import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Duration } from 'aws-cdk-lib';
import { fingerprintDirectory } from '../../../handlers/layers/directory.ts';
import { LayerConsumerExample } from '../../../stacks/examples/layer-consumer.ts';
import { LayerProducerExample } from '../../../stacks/examples/layer-producer.ts';
import {
  assemblyFolder,
  flatResources,
  flatTemplate,
  getResource,
  PROJECT_ROOT,
  quickApp,
} from '../synthesis.ts';

const layerParameter = '/shop/layer';
const GREETING = join(PROJECT_ROOT, 'stacks/examples/layer');
/** The end of a zip that has nothing before it. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

function outputsOf(stack: LayerProducerExample | LayerConsumerExample): Record<string, string> {
  const outputs = (flatTemplate(stack).Outputs ?? {}) as Record<string, { Value: string }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { Value }]) => [name, Value]));
}

describe('the example of a layer for other stacks', () => {
  const stack = new LayerProducerExample(quickApp(), 'layer', { layerParameter });

  it('tells its version in a parameter', () => {
    const { Name, Type, Value } = getResource(stack, 'Parameter').Properties;
    assert.deepEqual([Name, Type, Value], ['/shop/layer', 'String', '<Layer>']);
  });

  it('keeps its versions, so that those who use one need not move when it is built anew', () => {
    assert.equal(getResource(stack, 'Layer').DeletionPolicy, 'Retain');
  });

  it('shows the version, and the fingerprint that will be answered for it', () => {
    assert.deepEqual(outputsOf(stack), {
      LayerVersionArn: '<Layer>',
      ParameterName: '/shop/layer',
      DirectoryFingerprint: fingerprintDirectory(GREETING),
    });
  });

  it('can be a zip, whose fingerprint only the deployment tells', () => {
    const layerPath = join(assemblyFolder(), 'layer.zip');
    writeFileSync(layerPath, EMPTY_ZIP);
    const zipped = new LayerProducerExample(quickApp(), 'layer', { layerParameter, layerPath });
    assert.deepEqual(Object.keys(outputsOf(zipped)), ['LayerVersionArn', 'ParameterName']);
  });

  it('has the module that the consumers ask for', () => {
    const require = createRequire(import.meta.url);
    const { greet } = require(join(GREETING, 'nodejs/node_modules/greeting'));
    assert.equal(greet('world'), 'Hello, world');
  });
});

describe('the example of a function that uses it', () => {
  const consumer = (props = {}) =>
    new LayerConsumerExample(quickApp(), 'consumer', { layerParameter, ...props });

  it("knows nothing of the layer but the parameter's name", () => {
    assert.deepEqual(getResource(consumer(), 'Layer').Properties, {
      ServiceToken:
        'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-layer-fingerprint',
      ServiceTimeout: '1200',
      ParameterName: '/shop/layer',
    });
  });

  it('has the layer, and says which', () => {
    const { Layers, Description } = getResource(consumer(), 'Function').Properties;
    assert.deepEqual(Layers, ['<Layer.LayerVersionArn>']);
    assert.equal(Description, 'Says hello | <Layer.Description>');
  });

  it('has a version for each content', () => {
    const version = [...flatResources(consumer()).values()].find(
      ({ Type }) => Type === 'AWS::Lambda::Version',
    );
    assert.equal(version?.Properties.Description, '<Layer.Description>');
  });

  it('shows what was answered, and whether the function moved', () => {
    const { FunctionVersion, ...others } = outputsOf(consumer());
    assert.match(FunctionVersion ?? '', /^<FunctionCurrentVersion.*\.Version>$/);
    assert.deepEqual(others, {
      Fingerprint: '<Layer.Fingerprint>',
      LayerVersionArn: '<Layer.LayerVersionArn>',
      LatestLayerVersionArn: '<Layer.LatestLayerVersionArn>',
      LayerVersion: '<Layer.Version>',
      CodeSha256: '<Layer.CodeSha256>',
      LayerDescription: '<Layer.Description>',
      FunctionName: '<Function>',
      FunctionDescription: 'Says hello | <Layer.Description>',
    });
  });

  it('can be told what is left out, a deployment id, a timeout and a copy of the service', () => {
    const stack = consumer({
      exclude: ['*.map'],
      deploymentId: '7',
      serviceTimeout: Duration.seconds(30),
      qualifier: 'blue',
    });
    const { ServiceToken, ...properties } = getResource(stack, 'Layer').Properties;
    assert.match(String(ServiceToken), /:function:deploytime-blue-layer-fingerprint$/);
    assert.deepEqual(properties, {
      ServiceTimeout: '30',
      ParameterName: '/shop/layer',
      Exclude: ['*.map'],
      DeploymentId: '7',
    });
  });
});
