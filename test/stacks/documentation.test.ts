import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

describe('the CDK examples of', () => {
  test('docs/resource-types/ecr-image.md make a function and a service that use the digest, of either platform', async () => {
    const [fn, service, arm64] = await cdkExamples('docs/resource-types/ecr-image.md');
    assert.ok(fn && service && arm64);
    assert.deepEqual(getResource(fn, 'Function').Properties.Code, { ImageUri: '<Image.ImageUri>' });
    const [container] = getResource(service, 'Task').Properties.ContainerDefinitions as { Image: string }[];
    assert.equal(container?.Image, '<Image.ImageUri>');
    assert.equal(getResource(arm64, 'Image').Properties.Platform, 'linux/arm64');
    assert.deepEqual(getResource(arm64, 'Function').Properties.Architectures, ['arm64']);
  });

  test('docs/resource-types/image-tag.md make a function, a version of it and a task of what was released', async () => {
    const [fn, versions, task] = await cdkExamples('docs/resource-types/image-tag.md');
    assert.ok(fn && versions && task);
    assert.deepEqual(getResource(fn, 'Function').Properties.Code, { ImageUri: '<Release.ImageUri>' });
    const version = [...flatResources(versions).values()].find(({ Type }) => Type === 'AWS::Lambda::Version');
    assert.equal(version?.Properties.Description, '<Release.Digest>');
    assert.equal(getResource(versions, 'Release').Properties.Default, '<First.Tag>');
    const [container] = getResource(task, 'Task').Properties.ContainerDefinitions as { Image: string }[];
    assert.equal(container?.Image, '<Release.ImageUri>');
  });

  test('docs/resource-types/layer-fingerprint.md apply one layer, and several', async () => {
    const [one, several] = await cdkExamples('docs/resource-types/layer-fingerprint.md');
    assert.ok(one && several);
    const { Layers, Description } = getResource(one, 'Function').Properties;
    assert.deepEqual([Layers, Description], [['<Layer.LayerVersionArn>'], '<Layer.Description>']);
    assert.deepEqual(getResource(several, 'Function').Properties.Layers, [
      '<Shared.LayerVersionArn>',
      '<Tracing.LayerVersionArn>',
    ]);
    const version = [...flatResources(several).values()].find(({ Type }) => Type === 'AWS::Lambda::Version');
    assert.equal(version?.Properties.Description, getResource(several, 'Function').Properties.Description);
  });

  test('docs/resource-types/scheduled-scaling.md make plans, and tag what another stack makes', async () => {
    const [nightly, shop] = await cdkExamples('docs/resource-types/scheduled-scaling.md');
    assert.ok(nightly && shop);
    assert.equal(getResource(nightly, 'NightlyBatch').Properties.Timezone, 'Asia/Tokyo');
    assert.deepEqual(getResource(shop, 'Service').Properties.Tags, [
      { Key: 'deploytime:scaling', Value: 'true' },
    ]);
  });
});

/** Runs the TypeScript of a page, each block as the app that it is. @returns each one's first stack. */
async function cdkExamples(page: string): Promise<Stack[]> {
  const cache = join(PROJECT_ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'documentation-'));
  try {
    const stacks: Stack[] = [];
    for (const [index, block] of codeBlocks(page, 'ts').entries()) {
      const path = join(folder, `${index}.ts`);
      const stack = /^const (\w+) = new Stack\(/m.exec(block)?.[1];
      const entry = join(PROJECT_ROOT, 'stacks/index.ts');
      writeFileSync(path, `${block.replace("'deploytime'", `'${entry}'`)}\nexport { ${stack} as stack };\n`);
      stacks.push(((await import(path)) as { stack: Stack }).stack);
    }
    return stacks;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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

test('the properties in cdk.json that the page on service properties shows are read, and name the stack', () => {
  const [example = ''] = codeBlocks('docs/service-properties.md', 'json');
  const app = testApp((JSON.parse(example) as { context: Record<string, unknown> }).context);
  const properties = readServiceContext(app);
  assert.deepEqual(
    [properties.qualifier, properties.allowedSourceRegistries, properties.logRetention],
    ['blue', ['public.ecr.aws', 'ghcr.io'], 30],
  );
  const page = readFileSync(join(PROJECT_ROOT, 'docs/service-properties.md'), 'utf8');
  assert.ok(page.includes(`npx cdk deploy ${servicePrefix(properties.qualifier)}\``));
});

test('the page on service properties names every one of them', () => {
  const documented = tableUnder('docs/service-properties.md', 'Properties').map(([name = '']) => name);
  assert.deepEqual(documented.toSorted(), SERVICE_PROPERTIES.toSorted());
});
