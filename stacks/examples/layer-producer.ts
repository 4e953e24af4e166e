import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { LayerFingerprint } from '../constructs/layer-fingerprint.ts';

export interface LayerProducerExampleProps extends StackProps {
  /** The parameter that holds the ARN of the layer's version; those who use the layer know nothing else of it. */
  readonly layerParameter: string;
  /**
   * The layer's name.
   * @default - CloudFormation makes one
   */
  readonly layerName?: string;
  /**
   * A folder or a zip with what the layer contains.
   * @default - a module that greets
   */
  readonly layerPath?: string;
  /** @default - nothing but what is always left out */
  readonly exclude?: string[];
}

const GREETING = join(import.meta.dirname, 'layer');

/** A layer that functions of other stacks use. Its ARN stands in a parameter: an export could not change any more. */
export class LayerProducerExample extends Stack {
  constructor(scope: Construct, id: string, props: LayerProducerExampleProps) {
    const { layerParameter, layerName, layerPath = GREETING, exclude, ...stackProps } = props;
    super(scope, id, { description: 'Example: a Lambda layer for functions of other stacks', ...stackProps });

    const layer = new LayerVersion(this, 'Layer', {
      layerVersionName: layerName,
      code: Code.fromAsset(layerPath),
      // A version that was only built anew replaces this one. While this one is kept, nobody has to move to the other.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new StringParameter(this, 'Parameter', {
      parameterName: layerParameter,
      description: "The layer's newest version",
      stringValue: layer.layerVersionArn,
    });

    new CfnOutput(this, 'LayerVersionArn', { value: layer.layerVersionArn });
    new CfnOutput(this, 'ParameterName', { value: layerParameter });
    if (statSync(layerPath).isDirectory()) {
      new CfnOutput(this, 'DirectoryFingerprint', {
        value: LayerFingerprint.ofDirectory(layerPath, { exclude }),
      });
    }
  }
}
