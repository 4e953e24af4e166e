import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Architecture, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { EcrImage, type EcrImageProps } from '../constructs/ecr-image.ts';
import { ImageTag, type ImageTagProps } from '../constructs/image-tag.ts';
import { acknowledgeDefaultRole, exampleLog } from './example-function.ts';

export interface ReleasedFunctionExampleProps
  extends StackProps,
    Pick<EcrImageProps, 'source' | 'tag' | 'onExisting' | 'onDelete'>,
    Pick<ImageTagProps, 'platform' | 'deploymentId' | 'serviceTimeout' | 'qualifier'> {
  /** The parameter that the application's pipeline writes its tag to; it need not be there yet. */
  readonly releaseParameter: string;
}

/** An image that buildx pushed is an index, and Lambda takes none: a platform has to be named. */
const DEFAULT_PLATFORM = 'linux/amd64';
/** A stack that waits an hour for an answer helps nobody who tries this out. */
const DEFAULT_SERVICE_TIMEOUT = Duration.minutes(20);

/**
 * A function whose image another code repository releases. Before the first release it runs the image that `EcrImage`
 * puts under the tag `initial`, and after it the application's, with one template and no condition in it.
 *
 * The application's pipeline pushes its image and then calls `deploytime tag`, which writes the parameter. The next
 * deployment of this stack with another `deploymentId` asks for it; the function moves only where the digest differs.
 */
export class ReleasedFunctionExample extends Stack {
  constructor(scope: Construct, id: string, props: ReleasedFunctionExampleProps) {
    const {
      releaseParameter,
      source,
      tag,
      onExisting,
      onDelete,
      platform = DEFAULT_PLATFORM,
      deploymentId,
      serviceTimeout = DEFAULT_SERVICE_TIMEOUT,
      qualifier,
      ...stackProps
    } = props;
    super(scope, id, {
      description: "Example: a Lambda function that runs what the application's pipeline released last",
      ...stackProps,
    });

    const repository = new Repository(this, 'Repository', {
      imageScanOnPush: true,
      // Without emptyOnDelete: the seed goes with the stack, and what the application released is not lost.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const seed = new EcrImage(this, 'Seed', {
      repository,
      source,
      tag,
      platform,
      usedBy: 'lambda',
      onExisting,
      // The placeholder goes by default; the image of a source is the example's own to remove.
      onDelete: onDelete ?? (source === undefined ? undefined : 'delete'),
      serviceTimeout,
      qualifier,
    });
    const release = new ImageTag(this, 'Release', {
      parameterName: releaseParameter,
      // The seed's own answer, so that it is there before anybody looks for it.
      default: seed.tag,
      repository,
      platform,
      usedBy: 'lambda',
      deploymentId,
      serviceTimeout,
      qualifier,
    });
    const released = new DockerImageFunction(this, 'Function', {
      code: release.toDockerImageCode(),
      architecture: platform === 'linux/arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      environment: seed.placeholderEnvironment,
      logGroup: exampleLog(this),
      // Another digest is another version, and the alias moves to it; CDK's own hash knows nothing of the digest.
      currentVersionOptions: { description: release.digest },
    });
    released.addAlias('live');
    acknowledgeDefaultRole(released);

    new CfnOutput(this, 'RepositoryName', { value: repository.repositoryName });
    new CfnOutput(this, 'RepositoryUri', { value: seed.repositoryUri });
    new CfnOutput(this, 'ReleaseParameter', { value: releaseParameter });
    new CfnOutput(this, 'SeedDigest', { value: seed.digest });
    new CfnOutput(this, 'SeedOrigin', { value: seed.origin });
    new CfnOutput(this, 'Tag', { value: release.tag });
    new CfnOutput(this, 'Digest', { value: release.digest });
    new CfnOutput(this, 'ImageUri', { value: release.imageUri });
    new CfnOutput(this, 'TaggedImageUri', { value: release.taggedImageUri });
    new CfnOutput(this, 'ResolvedFrom', { value: release.resolvedFrom });
    new CfnOutput(this, 'ParameterVersion', { value: release.parameterVersion });
    new CfnOutput(this, 'FunctionName', { value: released.functionName });
    new CfnOutput(this, 'FunctionVersion', { value: released.currentVersion.version });
  }
}
