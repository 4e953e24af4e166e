import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Architecture, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { EcrImage, type EcrImageProps } from '../constructs/ecr-image.ts';
import { acknowledgeDefaultRole, exampleLog } from './example-function.ts';

export interface ImageFunctionExampleProps
  extends StackProps,
    Pick<
      EcrImageProps,
      | 'source'
      | 'tag'
      | 'platform'
      | 'onExisting'
      | 'onDelete'
      | 'deploymentId'
      | 'serviceTimeout'
      | 'qualifier'
    > {}

/** A stack that waits an hour for an answer helps nobody who tries this out. */
const DEFAULT_SERVICE_TIMEOUT = Duration.minutes(20);

/**
 * An image function and its repository in one stack, which without `EcrImage` could not be created at once: the
 * repository is empty then, and Lambda refuses a function whose image is not there. Until the application is released,
 * the function is a placeholder that says so.
 *
 * The function uses the image by digest, so that it changes when the image does. Its version carries the digest in
 * its description, which CloudFormation can't change in place: another image is another version, although CDK's hash
 * of a version, made at synthesis, knows nothing of the digest.
 */
export class ImageFunctionExample extends Stack {
  constructor(scope: Construct, id: string, props: ImageFunctionExampleProps = {}) {
    const {
      source,
      tag,
      platform,
      onExisting,
      onDelete,
      deploymentId,
      serviceTimeout,
      qualifier,
      ...stackProps
    } = props;
    super(scope, id, {
      description: 'Example: a Lambda function from an image that is there in time',
      ...stackProps,
    });

    const repository = new Repository(this, 'Repository', {
      imageScanOnPush: true,
      // Without emptyOnDelete: the image resource takes its own image away, and anybody else's is not lost.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const image = new EcrImage(this, 'Image', {
      repository,
      source,
      tag,
      platform,
      usedBy: 'lambda',
      onExisting,
      // The placeholder goes by default; the image of a source is the example's own to remove.
      onDelete: onDelete ?? (source === undefined ? undefined : 'delete'),
      deploymentId,
      serviceTimeout: serviceTimeout ?? DEFAULT_SERVICE_TIMEOUT,
      qualifier,
    });
    const imageFunction = new DockerImageFunction(this, 'Function', {
      code: image.toDockerImageCode(),
      architecture: platform === 'linux/arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      environment: image.placeholderEnvironment,
      logGroup: exampleLog(this),
      currentVersionOptions: { description: image.digest },
    });
    imageFunction.addAlias('live');

    acknowledgeDefaultRole(imageFunction);

    new CfnOutput(this, 'Tag', { value: image.tag });
    new CfnOutput(this, 'Digest', { value: image.digest });
    new CfnOutput(this, 'ImageUri', { value: image.imageUri });
    new CfnOutput(this, 'TaggedImageUri', { value: image.taggedImageUri });
    new CfnOutput(this, 'RepositoryUri', { value: image.repositoryUri });
    new CfnOutput(this, 'Origin', { value: image.origin });
    new CfnOutput(this, 'FunctionVersion', { value: imageFunction.currentVersion.version });
  }
}
