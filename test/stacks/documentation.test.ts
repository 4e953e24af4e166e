import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { EcrImage } from '../../stacks/constructs/ecr-image.ts';
import { SERVICE_PROPERTIES } from '../../stacks/service-context.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { tableUnder } from '../support/docs/table.ts';
import { getResource, quickApp } from './synthesis.ts';

test('the CDK example of docs/resource-types/ecr-image.md makes an image function that uses the digest', () => {
  const [example = ''] = codeBlocks('docs/resource-types/ecr-image.md', 'ts');
  const stack = new Stack(quickApp(), 'Documentation');
  const repository = new Repository(stack, 'Repository');
  const run = new Function('EcrImage', 'DockerImageFunction', 'repository', example);
  run.call(stack, EcrImage, DockerImageFunction, repository);
  const { Properties } = getResource(stack, 'Function');
  assert.deepEqual(Properties.Code, { ImageUri: '<Image.ImageUri>' });
});

test('the page on operations names every property of the service stack', () => {
  const documented = tableUnder('docs/operations.md', 'Service stack properties').flatMap(([names = '']) =>
    names.split(', '),
  );
  assert.deepEqual(documented.toSorted(), [...SERVICE_PROPERTIES]);
});
