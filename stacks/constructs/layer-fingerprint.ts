import { Names } from 'aws-cdk-lib';
import { type ILayerVersion, type Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { fingerprintDirectory } from '../../handlers/layers/directory.ts';
import { parseExclusion } from '../../handlers/layers/exclusion.ts';
import { findDeploymentId } from './deployment-id.ts';
import { addDependency, joinedDescription } from './layer-dependencies.ts';
import { checkLayerFingerprintProps, findLayerName } from './layer-fingerprint-checks.ts';
import { namedParameter } from './named-parameter.ts';
import { type ServiceInquiryProps, serviceResource } from './service-request.ts';

export interface FingerprintOptions {
  /**
   * Globs of paths that are left out, besides `__pycache__/`, `*.pyc` and `.DS_Store`.
   * @default - nothing else
   */
  readonly exclude?: string[];
}

/** The layer is named by exactly one of the first five. */
export interface LayerFingerprintProps extends ServiceInquiryProps, FingerprintOptions {
  /**
   * A version of a layer, by its ARN.
   * @default - another prop names the layer
   */
  readonly layerVersionArn?: string;
  /**
   * A version of a layer of this app. One of another stack is imported by it; a parameter is not.
   * @default - another prop names the layer
   */
  readonly layerVersion?: ILayerVersion;
  /**
   * A layer by its name, or by its ARN without a version: the newest version that it has.
   * @default - another prop names the layer
   */
  readonly layerName?: string;
  /**
   * The parameter, by name or ARN, that holds the ARN of a layer version; `name:version` and `name:label`, too.
   * @default - another prop names the layer
   */
  readonly parameterName?: string;
  /**
   * The parameter that holds the ARN of a layer version.
   * @default - another prop names the layer
   */
  readonly parameter?: IStringParameter;
}

/**
 * `Custom::LayerFingerprint`: at deploy time, what a Lambda layer contains, as a hash that changes only when the
 * content does, and the ARN of a version that has this content. While the content is the same, the ARN is, too: a
 * layer that was only built anew does not move the functions that use it. CloudFormation asks for it when
 * `deploymentId` changes.
 *
 * A function in another stack than the layer, without an export:
 *
 * ```ts
 * const layer = new LayerFingerprint(this, 'Layer', { parameterName: '/shop/layer-version-arn' });
 * const worker = new Function(this, 'Function', {
 *   runtime: Runtime.NODEJS_24_X,
 *   handler: 'index.handler',
 *   code,
 *   currentVersionOptions: { description: layer.description },
 * });
 * layer.applyTo(worker);
 * worker.addAlias('live');
 * ```
 *
 * CDK makes a new version of a function where the template changes, and a layer's content is none of it. A version's
 * description can't be changed in place, so that with the fingerprint in it another content is another version. For
 * several layers it is `LayerFingerprint.describe(one, other)`.
 * @throws Error in one sentence for values that are known at synthesis and not allowed.
 */
export class LayerFingerprint extends Construct {
  /**
   * The fingerprint of a directory at synthesis: 64 hexadecimal digits, the same that are answered for a layer that
   * is made of it.
   * @throws Error for what is no directory, or could not be a layer.
   */
  static ofDirectory(path: string, options: FingerprintOptions = {}): string {
    return fingerprintDirectory(path, { exclude: parseExclusion(options.exclude) });
  }

  /**
   * A description for a version of a function that several layers are applied to, in this order.
   * `Depend on: <name>@<digits>, …`, or, where that may be longer than Lambda allows, `Depend on: <n> layers@<digits>`.
   */
  static describe(...fingerprints: LayerFingerprint[]): string {
    return joinedDescription(fingerprints);
  }

  /** 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** A version that has this content; another one only when the content changes. */
  readonly layerVersionArn: string;
  /** The version that was named, or is the newest. */
  readonly latestLayerVersionArn: string;
  /** The number at the end of `layerVersionArn`. */
  readonly version: string;
  /** Of the version's zip, in Base64, as Lambda tells it. */
  readonly codeSha256: string;
  /** `Depend on: <name>@<the fingerprint's first 12 digits>` */
  readonly description: string;
  /** The layer's name, where it is known at synthesis. */
  readonly layerName?: string;
  #layer?: ILayerVersion;

  constructor(scope: Construct, id: string, props: LayerFingerprintProps) {
    super(scope, id);
    checkLayerFingerprintProps(this, props);
    this.layerName = findLayerName(props);
    const resource = serviceResource(this, props, {
      provider: 'layer-fingerprint',
      resourceType: 'Custom::LayerFingerprint',
      properties: {
        LayerVersionArn: props.layerVersionArn ?? props.layerVersion?.layerVersionArn,
        LayerName: props.layerName,
        ParameterName: namedParameter(props),
        Exclude: props.exclude,
        DeploymentId: findDeploymentId(this, props.deploymentId),
      },
    });
    this.fingerprint = resource.getAttString('Fingerprint');
    this.layerVersionArn = resource.getAttString('LayerVersionArn');
    this.latestLayerVersionArn = resource.getAttString('LatestLayerVersionArn');
    this.version = resource.getAttString('Version');
    this.codeSha256 = resource.getAttString('CodeSha256');
    this.description = resource.getAttString('Description');
  }

  /**
   * Adds the layer to a function of this stack, and says so in the function's description, behind what stands there.
   * Several layers of one function share the description.
   * @throws Error for a function that this app does not make, of another stack or from an image, for the same layer
   * twice, and for a description that leaves no room.
   */
  applyTo(fn: LambdaFunction): void {
    addDependency(fn, this, this.#layerVersion());
  }

  #layerVersion(): ILayerVersion {
    // CDK's hash of a function's version tells imported layers apart by their own id alone.
    this.#layer ??= LayerVersion.fromLayerVersionArn(this, Names.uniqueId(this), this.layerVersionArn);
    return this.#layer;
  }
}
