import { App, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { EcrImage, ImageTag } from 'deploytime';

// The function runs what the application's pipeline released last: `deploytime tag` writes the parameter.
const stack = new Stack(new App(), 'image-tag-example');
const repository = new Repository(stack, 'Repository');
const seed = new EcrImage(stack, 'Seed', { repository, usedBy: 'lambda' });
const release = new ImageTag(stack, 'Release', {
  parameterName: '/shop/release',
  default: seed.tag,
  repository,
});
new DockerImageFunction(stack, 'Function', { code: release.toDockerImageCode() });
