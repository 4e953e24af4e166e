import { App, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { EcrImage } from 'deploytime';

// The repository is empty when the function is created: until the application pushes its image, there is a placeholder.
const stack = new Stack(new App(), 'ecr-image-example');
const repository = new Repository(stack, 'Repository');
const image = new EcrImage(stack, 'Image', { repository, usedBy: 'lambda' });
new DockerImageFunction(stack, 'Function', { code: image.toDockerImageCode() });
