import { Annotations, Stack } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { type ContainerDefinition, ContainerImage, type ContainerImageConfig } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, type CodeConfig, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ImagePlatform } from './ecr-image.ts';
import { isKnown } from './mistakes.ts';

/** What a function does with an image, where that is not what the image says itself. */
export interface ImageCodeOptions {
  /** @default - the image's own command */
  readonly cmd?: string[];
  /** @default - the image's own entry point */
  readonly entrypoint?: string[];
  /** @default - the image's own working directory */
  readonly workingDirectory?: string;
}

/** An image whose digest is only known at deploy time. */
export interface DeployedImage {
  /** The path of the construct that it comes from, for errors. */
  readonly path: string;
  readonly repository: IRepository;
  /** `repository@digest`, as a token. */
  readonly imageUri: string;
  /** Undefined where only the deployment tells. */
  readonly platform: ImagePlatform | undefined;
}

/*
 * CDK's own `fromEcr` takes a digest only where it can read that it begins with `sha256:`; a digest that is a token
 * would become a tag. So the image's URI is used as it is answered.
 */

/** The image as the code of a Lambda function; checked against the function's architecture. */
export function deployedImageCode(image: DeployedImage, options: ImageCodeOptions): DockerImageCode {
  return new DeployedDockerImageCode(image, options);
}

class DeployedDockerImageCode extends DockerImageCode {
  readonly #image: DeployedImage;
  readonly #options: ImageCodeOptions;

  constructor(image: DeployedImage, options: ImageCodeOptions) {
    super();
    this.#image = image;
    this.#options = options;
  }

  override _bind(architecture: Architecture = Architecture.X86_64): Code {
    const { path, platform } = this.#image;
    if (isKnown(platform) && platform !== architecture.dockerPlatform) {
      throw new Error(
        `${path}: platform is "${platform}", but the function is ${architecture.name}, ` +
          `for which the platform must be "${architecture.dockerPlatform}"`,
      );
    }
    return new DeployedImageCode(this.#image, this.#options);
  }
}

class DeployedImageCode extends Code {
  readonly isInline = false;
  readonly #image: DeployedImage;
  readonly #options: ImageCodeOptions;

  constructor(image: DeployedImage, options: ImageCodeOptions) {
    super();
    this.#image = image;
    this.#options = options;
  }

  override bind(scope: Construct): CodeConfig {
    const { repository, imageUri } = this.#image;
    const { statementAdded } = repository.addToResourcePolicy(lambdaPullStatement(Stack.of(scope)));
    if (!statementAdded) {
      Annotations.of(scope).addWarningV2(
        'deploytime:lambdaPull',
        `The policy of the repository ${repository.node.path} is not written by this app: its owner must allow ` +
          `${LAMBDA} to call ${PULL_ACTIONS.join(' and ')}, unless whoever deploys may call ` +
          'ecr:GetRepositoryPolicy and ecr:SetRepositoryPolicy, with which Lambda adds that itself',
      );
    }
    return { image: { imageUri, ...this.#options } };
  }
}

const LAMBDA = 'lambda.amazonaws.com';
const PULL_ACTIONS = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/**
 * For the functions of this account and Region alone. The condition is that of the repository for image assets in
 * CDK's bootstrap template, so it is known to hold for functions of the same account.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-permissions
 */
function lambdaPullStatement(stack: Stack): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(LAMBDA)],
    actions: PULL_ACTIONS,
    conditions: {
      StringLike: {
        'aws:sourceArn': `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:*`,
      },
    },
  });
}

/** The image for a container of an ECS task. */
export class DeployedContainerImage extends ContainerImage {
  readonly #repository: IRepository;
  readonly #imageUri: string;

  constructor(repository: IRepository, imageUri: string) {
    super();
    this.#repository = repository;
    this.#imageUri = imageUri;
  }

  override bind(_scope: Construct, container: ContainerDefinition): ContainerImageConfig {
    this.#repository.grantPull(container.taskDefinition.obtainExecutionRole());
    return { imageName: this.#imageUri };
  }
}
