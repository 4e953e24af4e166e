import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { CfnDBCluster } from 'aws-cdk-lib/aws-docdb';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { CfnService } from 'aws-cdk-lib/aws-ecs';
import { Code, DockerImageFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { EcrImage } from '../../stacks/constructs/ecr-image.ts';
import { ImageTag } from '../../stacks/constructs/image-tag.ts';
import { LayerFingerprint } from '../../stacks/constructs/layer-fingerprint.ts';
import { ScheduledScaling } from '../../stacks/constructs/scheduled-scaling.ts';
import { ScalingTarget } from '../../stacks/constructs/scheduled-scaling-target.ts';
import { readServiceContext, SERVICE_PROPERTIES } from '../../stacks/service-context.ts';
import { servicePrefix } from '../../stacks/service-name.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { tableUnder } from '../support/docs/table.ts';
import { assemblyFolder, flatResources, getResource, PROJECT_ROOT, quickApp, testApp } from './synthesis.ts';

test('the CDK example of docs/resource-types/ecr-image.md makes an image function that uses the digest', () => {
  const [example = ''] = codeBlocks('docs/resource-types/ecr-image.md', 'ts');
  const stack = new Stack(quickApp(), 'Documentation');
  const repository = new Repository(stack, 'Repository');
  const run = new Function('EcrImage', 'DockerImageFunction', 'repository', example);
  run.call(stack, EcrImage, DockerImageFunction, repository);
  const { Properties } = getResource(stack, 'Function');
  assert.deepEqual(Properties.Code, { ImageUri: '<Image.ImageUri>' });
});

test('the CDK example of docs/resource-types/image-tag.md makes a function that uses the digest, and its version recipe does', () => {
  const [example = ''] = codeBlocks('docs/resource-types/image-tag.md', 'ts');
  const stack = new Stack(quickApp(), 'Documentation');
  const repository = new Repository(stack, 'Repository');
  const run = new Function('ImageTag', 'DockerImageFunction', 'repository', example);
  run.call(stack, ImageTag, DockerImageFunction, repository);
  assert.deepEqual(getResource(stack, 'Function').Properties.Code, { ImageUri: '<Release.ImageUri>' });
  const page = readFileSync(join(PROJECT_ROOT, 'docs/resource-types/image-tag.md'), 'utf8');
  assert.ok(page.includes('`currentVersionOptions: { description: release.digest }`'));
});

test('the CDK example of docs/resource-types/layer-fingerprint.md applies a layer to a function', () => {
  const [example = ''] = codeBlocks('docs/resource-types/layer-fingerprint.md', 'ts');
  const stack = new Stack(quickApp(), 'Documentation');
  const fn = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
  new Function('LayerFingerprint', 'fn', example).call(stack, LayerFingerprint, fn);
  const { Layers, Description } = getResource(stack, 'Function').Properties;
  assert.deepEqual([Layers, Description], [['<Layer.LayerVersionArn>'], '<Layer.Description>']);
});

for (const [file, name] of [
  ['image-tag.ts', 'ImageTag'],
  ['layer-fingerprint.ts', 'LayerFingerprint'],
] as const) {
  test(`the example in the docstring of ${name} makes a function with an alias`, () => {
    const example = docstringExample(file);
    const stack = new Stack(quickApp(), 'Documentation');
    const names = {
      ...{ EcrImage, ImageTag, LayerFingerprint, DockerImageFunction, Runtime },
      ...{ LambdaFunction, repository: new Repository(stack, 'Repository') },
      code: Code.fromInline('exports.handler = async () => {};'),
    };
    const body = example.replace('new Function(', 'new LambdaFunction(');
    new Function(...Object.keys(names), body).apply(stack, Object.values(names));
    const types = [...flatResources(stack).values()].map(({ Type }) => Type);
    assert.ok(types.includes(`Custom::${name}`));
    assert.ok(types.includes('AWS::Lambda::Alias'));
  });
}

test('the example in the docstring of ScheduledScaling scales a cluster and a service', () => {
  const stack = new Stack(quickApp(), 'Documentation');
  const names = {
    ...{ ScheduledScaling, ScalingTarget, TimeZone },
    orders: new CfnDBCluster(stack, 'Orders', {}),
    batch: new CfnService(stack, 'Batch', {}),
  };
  const body = docstringExample('scheduled-scaling.ts');
  new Function(...Object.keys(names), body).apply(stack, Object.values(names));
  const { Timezone, Scenarios } = getResource(stack, 'Scaling').Properties;
  assert.equal(Timezone, 'Asia/Tokyo');
  const [scenario] = Scenarios as { Steps: { Target: string }[] }[];
  assert.deepEqual(
    scenario?.Steps.map(({ Target }) => Target),
    ['docdb/<Orders>', '<Batch>'],
  );
});

/** The first one of a construct's file. */
function docstringExample(file: string): string {
  const source = readFileSync(join(PROJECT_ROOT, 'stacks/constructs', file), 'utf8');
  return / \* ```ts\n(.*?) \* ```\n/s.exec(source)?.[1]?.replaceAll(/^ \* ?/gm, '') ?? '';
}

describe('the template of docs/resource-types/ecr-image.md', () => {
  test('asks for the same as the construct does, and lets in the same', () => {
    const [example = ''] = codeBlocks('docs/resource-types/ecr-image.md', 'yaml');
    const raw = new Stack(quickApp(), 'Raw');
    new CfnInclude(raw, 'Template', { templateFile: templateFile(example) });

    const typed = new Stack(quickApp(), 'Typed');
    const repository = new Repository(typed, 'Repository');
    const image = new EcrImage(typed, 'Image', {
      repository,
      usedBy: 'lambda',
      serviceTimeout: Duration.seconds(900),
    });
    new DockerImageFunction(typed, 'Function', { code: image.toDockerImageCode() });

    assert.deepEqual(getResource(raw, 'Repository').Properties, getResource(typed, 'Repository').Properties);
    const { ServiceTimeout, ...properties } = getResource(raw, 'Image').Properties;
    // CloudFormation makes a text of every number.
    assert.deepEqual(
      { ...properties, ServiceTimeout: String(ServiceTimeout) },
      getResource(typed, 'Image').Properties,
    );
  });
});

/** A template's resources as a file that CDK reads. */
function templateFile(resources: string): string {
  const path = join(assemblyFolder(), 'template.yaml');
  writeFileSync(path, `Resources:\n${resources.replaceAll(/^(?=.)/gm, '  ')}`);
  return path;
}

test('the properties in cdk.json that the page on operations shows are read, and name the stack', () => {
  const [example = ''] = codeBlocks('docs/operations.md', 'json');
  const app = testApp((JSON.parse(example) as { context: Record<string, unknown> }).context);
  const properties = readServiceContext(app);
  assert.deepEqual(
    [properties.qualifier, properties.allowedSourceRegistries, properties.logRetention],
    ['blue', ['public.ecr.aws', 'ghcr.io'], 30],
  );
  const page = readFileSync(join(PROJECT_ROOT, 'docs/operations.md'), 'utf8');
  assert.ok(page.includes(`npx cdk deploy ${servicePrefix(properties.qualifier)}\``));
});

test('the page on service properties names every one of them', () => {
  const documented = tableUnder('docs/service-properties.md', 'Properties').map(([name = '']) => name);
  assert.deepEqual(documented.toSorted(), SERVICE_PROPERTIES.toSorted());
});
