import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { REPOSITORY_TAG, SOURCE_CREDENTIALS_TAG } from '../permissions/ecr-image-permissions.ts';
import { DeployedContainerImage, deployedImageCode, type ImageCodeOptions } from './deployed-image.ts';
import { checkEcrImageProps } from './ecr-image-checks.ts';
import { tagOrWarn } from './ownership.ts';
import { type ServiceRequestProps, serviceResource } from './service-request.ts';

/** Which of an index's images is put into the repository; `all` keeps the index. */
export type ImagePlatform = 'linux/amd64' | 'linux/arm64' | 'all';
/** Who will run the image. With `lambda`, an image that Lambda would refuse is refused, with the reason. */
export type ImageUser = 'lambda' | 'ecs' | 'any';
/** What happens to an image that is under the tag already. */
export type OnExistingImage = 'keep' | 'overwrite';
/** What happens to the image that was put there, when the resource is deleted. */
export type OnDeleteImage = 'placeholder' | 'retain' | 'delete';

export interface EcrImageProps extends ServiceRequestProps {
  /**
   * A private repository of this account and Region. One that this stack creates is given the tag by which the
   * service may write to it (`deploytime=allow`); the owner of any other one tags it, and a warning says so.
   */
  readonly repository: IRepository;
  /** @default initial */
  readonly tag?: string;
  /**
   * An image reference: `registry/repository:tag` or `@sha256:…`, short names as Docker reads them; or `placeholder`,
   * the image that the service brings along: it runs in Lambda and in ECS, and says that the application is to come.
   * @default placeholder
   */
  readonly source?: string;
  /**
   * A secret `{"registry","username","password"}` for the source's registry. One that this stack creates is given the
   * tag by which the service may read it (`deploytime:source-credentials=true`); the owner of any other one tags it.
   * @default - the source needs no login
   */
  readonly sourceCredentials?: ISecret;
  /** @default linux/amd64 */
  readonly platform?: ImagePlatform;
  /** @default any */
  readonly usedBy?: ImageUser;
  /**
   * `keep`: whatever is under the tag stays, unless it is what this resource put there and the source has changed.
   * @default keep
   */
  readonly onExisting?: OnExistingImage;
  /**
   * `placeholder`: removes the placeholder that this resource put there, while it is untouched, so that a repository of
   * the same stack can go; `delete`: whatever it put there, while it is untouched; `retain`: nothing.
   * @default placeholder
   */
  readonly onDelete?: OnDeleteImage;
  /**
   * Any text: CloudFormation asks the service again when it changes.
   * @default - none: what is under the tag is looked at again when another property changes
   */
  readonly deploymentId?: string;
}

/**
 * `Custom::EcrImage`: at deploy time the repository has an image under the tag; where it had none, the source was put
 * there, or else the placeholder. The stack's functions and services use what it answers, and so come after it.
 * @throws Error in one sentence for values that are known at synthesis and not allowed.
 */
export class EcrImage extends Construct {
  /** The tag, as answered. */
  readonly tag: string;
  /** `sha256:…` of the image that is under the tag. */
  readonly digest: string;
  /** `repository@digest` */
  readonly imageUri: string;
  /** `repository:tag` */
  readonly taggedImageUri: string;
  readonly repositoryUri: string;
  /** What is under the tag: `placeholder`, `source`, the source's image, or `existing`, another one. */
  readonly origin: string;
  readonly repository: IRepository;
  /**
   * Environment variables for the function or the container, by which the placeholder tells what is to be released and
   * where: `DEPLOYTIME_REPOSITORY` and `DEPLOYTIME_TAG`. Without them it speaks in general.
   */
  readonly placeholderEnvironment: { readonly [name: string]: string };
  readonly #platform: ImagePlatform;

  constructor(scope: Construct, id: string, props: EcrImageProps) {
    super(scope, id);
    checkEcrImageProps(this, props);
    this.repository = props.repository;
    this.#platform = props.platform ?? 'linux/amd64';
    tagOrWarn(this, props.repository, {
      what: 'repository',
      tag: REPOSITORY_TAG,
      otherwise: "the service's RepositoryPattern must match its name",
    });
    if (props.sourceCredentials !== undefined) {
      tagOrWarn(this, props.sourceCredentials, { what: 'secret', tag: SOURCE_CREDENTIALS_TAG });
    }

    const resource = serviceResource(this, props, {
      provider: 'ecr-image',
      resourceType: 'Custom::EcrImage',
      properties: {
        RepositoryName: props.repository.repositoryName,
        Tag: props.tag,
        Source: props.source,
        SourceCredentials: props.sourceCredentials?.secretArn,
        Platform: props.platform,
        UsedBy: props.usedBy,
        OnExisting: props.onExisting,
        OnDelete: props.onDelete,
        DeploymentId: props.deploymentId,
      },
    });
    // The image goes before its repository, also where the repository's name is a literal and makes no reference.
    resource.node.addDependency(props.repository);

    this.tag = resource.getAttString('Tag');
    this.digest = resource.getAttString('Digest');
    this.imageUri = resource.getAttString('ImageUri');
    this.taggedImageUri = resource.getAttString('TaggedImageUri');
    this.repositoryUri = resource.getAttString('RepositoryUri');
    this.origin = resource.getAttString('Origin');
    this.placeholderEnvironment = {
      DEPLOYTIME_REPOSITORY: props.repository.repositoryName,
      DEPLOYTIME_TAG: this.tag,
    };
  }

  /**
   * The image, by digest, as the code of a Lambda function. Lambda may pull it: the repository's policy says so where
   * this app creates the repository. For an imported repository, its owner grants `ecr:BatchGetImage` and
   * `ecr:GetDownloadUrlForLayer` to `lambda.amazonaws.com`, and a warning says so.
   * @throws Error when a function is made of it whose architecture is not the image's platform.
   */
  toDockerImageCode(options: ImageCodeOptions = {}): DockerImageCode {
    return deployedImageCode(
      {
        path: this.node.path,
        repository: this.repository,
        imageUri: this.imageUri,
        platform: this.#platform,
      },
      options,
    );
  }

  /** The image, by digest, for a container of an ECS task; the task's execution role may pull it. */
  toContainerImage(): ContainerImage {
    return new DeployedContainerImage(this.repository, this.imageUri);
  }
}
