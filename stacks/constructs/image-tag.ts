import { Stack } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { DeployedContainerImage, deployedImageCode, type ImageCodeOptions } from './deployed-image.ts';
import { findDeploymentId } from './deployment-id.ts';
import type { ImageUser } from './ecr-image.ts';
import { checkImageTagProps } from './image-tag-checks.ts';
import { isKnown, repositoryAccounts } from './mistakes.ts';
import { namedParameter } from './named-parameter.ts';
import { type ServiceInquiryProps, serviceResource } from './service-request.ts';

/** Which of an index's images is meant. */
export type ImageTagPlatform = 'linux/amd64' | 'linux/arm64';

export interface ImageTagProps extends ServiceInquiryProps {
  /**
   * The parameter that holds the tag; it need not be of this stack.
   * @default - the one that `parameterName` names
   */
  readonly parameter?: IStringParameter;
  /**
   * The parameter by name or ARN, also `name:version` and `name:label`. Its value is a tag, a digest or
   * `tag@sha256:…`.
   * @default - the one that `parameter` is
   */
  readonly parameterName?: string;
  /**
   * A version of the parameter, from 1.
   * @default - the newest
   */
  readonly version?: number;
  /**
   * A label of one of the parameter's versions.
   * @default - the newest version
   */
  readonly label?: string;
  /**
   * What is answered while there is no such parameter: a tag, a digest or `tag@sha256:…`. The `tag` of an `EcrImage`
   * makes the first deployment run the image that is put there.
   * @default - a missing parameter fails the deployment
   */
  readonly default?: string;
  /**
   * The repository that the image must be in, of this Region; another account's by its ARN. Its registry then stands
   * in the service stack's `ReadableRegistries`, and its policy lets the service read.
   * @default - no image is looked for: only `tag`, `digest`, `resolvedFrom` and `parameterVersion` say something
   */
  readonly repository?: IRepository;
  /**
   * Where the tag is an index, this platform's image is meant. Needs a repository.
   * @default - the index itself
   */
  readonly platform?: ImageTagPlatform;
  /** @default any */
  readonly usedBy?: ImageUser;
}

/**
 * `Custom::ImageTag`: at deploy time, the tag that the application's pipeline released last, and its digest.
 * CloudFormation asks for it when `deploymentId` changes; what uses it changes when the image does, and not before.
 *
 * A function with an alias, in a stack that can be created before the first release:
 *
 * ```ts
 * const seed = new EcrImage(this, 'Seed', { repository, usedBy: 'lambda' });
 * const release = new ImageTag(this, 'Release', {
 *   parameterName: '/shop/image-tag',
 *   default: seed.tag,
 *   repository,
 *   platform: 'linux/amd64',
 *   usedBy: 'lambda',
 * });
 * const shop = new DockerImageFunction(this, 'Function', {
 *   code: release.toDockerImageCode(),
 *   currentVersionOptions: { description: release.digest },
 * });
 * shop.addAlias('live');
 * ```
 *
 * CDK makes a new version of a function where the template changes, and an image's digest is none of it. A version's
 * description can't be changed in place, so that with the digest in it another image is another version.
 * @throws Error in one sentence for values that are known at synthesis and not allowed.
 */
export class ImageTag extends Construct {
  /** The tag; empty where the parameter holds a digest alone. */
  readonly tag: string;
  /** `sha256:…` of the image in the repository; without one, the digest that the parameter holds, or empty. */
  readonly digest: string;
  /** `repository@digest`; empty without a repository. */
  readonly imageUri: string;
  /** `repository:tag`; empty without a repository or a tag. */
  readonly taggedImageUri: string;
  /** `parameter` or `default` */
  readonly resolvedFrom: string;
  /** The parameter's version; empty where the default was taken. */
  readonly parameterVersion: string;
  /** As it was given. */
  readonly repository?: IRepository;
  readonly #platform?: ImageTagPlatform;

  constructor(scope: Construct, id: string, props: ImageTagProps) {
    super(scope, id);
    checkImageTagProps(this, props);
    const { repository } = props;
    this.repository = repository;
    this.#platform = props.platform;

    const resource = serviceResource(this, props, {
      provider: 'image-tag',
      resourceType: 'Custom::ImageTag',
      properties: {
        ParameterName: selectedParameter(props),
        Default: props.default,
        RepositoryName: repository?.repositoryName,
        RegistryId: repository && findForeignAccount(Stack.of(this), repository),
        Platform: props.platform,
        UsedBy: props.usedBy,
        DeploymentId: findDeploymentId(this, props.deploymentId),
      },
    });
    // Also where the repository's name is a literal and makes no reference.
    if (repository !== undefined) resource.node.addDependency(repository);

    this.tag = resource.getAttString('Tag');
    this.digest = resource.getAttString('Digest');
    this.imageUri = resource.getAttString('ImageUri');
    this.taggedImageUri = resource.getAttString('TaggedImageUri');
    this.resolvedFrom = resource.getAttString('ResolvedFrom');
    this.parameterVersion = resource.getAttString('ParameterVersion');
  }

  /**
   * The image, by digest, as the code of a Lambda function. Lambda may pull it: the repository's policy says so where
   * this app creates the repository; for any other one its owner grants that, and a warning says so.
   * @throws Error without a repository, and when a function is made of it whose architecture is not the platform.
   */
  toDockerImageCode(options: ImageCodeOptions = {}): DockerImageCode {
    return deployedImageCode(
      {
        path: this.node.path,
        repository: this.#repositoryFor('toDockerImageCode()'),
        imageUri: this.imageUri,
        platform: this.#platform,
      },
      options,
    );
  }

  /**
   * The image, by digest, for a container of an ECS task; the task's execution role may pull it.
   * @throws Error without a repository.
   */
  toContainerImage(): ContainerImage {
    return new DeployedContainerImage(this.#repositoryFor('toContainerImage()'), this.imageUri);
  }

  #repositoryFor(method: string): IRepository {
    if (this.repository !== undefined) return this.repository;
    throw new Error(
      `${this.node.path}: ${method} needs the property repository, in which the tag's image is looked for`,
    );
  }
}

function selectedParameter(props: ImageTagProps): string | undefined {
  const selector = props.version ?? props.label;
  const name = namedParameter(props);
  return selector === undefined ? name : `${name}:${selector}`;
}

/** The account of the repository where that is known and is not known to be the stack's own. */
function findForeignAccount(stack: Stack, repository: IRepository): string | undefined {
  return repositoryAccounts(repository).find((account) => isKnown(account) && account !== stack.account);
}
