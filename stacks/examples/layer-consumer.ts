import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { LayerFingerprint, type LayerFingerprintProps } from '../constructs/layer-fingerprint.ts';
import { acknowledgeDefaultRole, exampleLog } from './example-function.ts';

export interface LayerConsumerExampleProps
  extends StackProps,
    Pick<LayerFingerprintProps, 'exclude' | 'deploymentId' | 'serviceTimeout' | 'qualifier'> {
  /** The parameter that holds the ARN of the layer's version. */
  readonly layerParameter: string;
}

/** A stack that waits an hour for an answer helps nobody who tries this out. */
const DEFAULT_SERVICE_TIMEOUT = Duration.minutes(20);

const CODE = `
const { greet } = require('greeting');
exports.handler = async () => greet(process.env.AWS_LAMBDA_FUNCTION_NAME);
`;

/**
 * A function that uses a layer of another stack, which may be deployed at any time. At the next deployment of this
 * stack with another `deploymentId` the function moves to the layer's new version where its content is another, and
 * stays where the layer was only built anew.
 */
export class LayerConsumerExample extends Stack {
  constructor(scope: Construct, id: string, props: LayerConsumerExampleProps) {
    const {
      layerParameter,
      exclude,
      deploymentId,
      serviceTimeout = DEFAULT_SERVICE_TIMEOUT,
      qualifier,
      ...stackProps
    } = props;
    super(scope, id, {
      description: 'Example: a function that uses the layer of another stack',
      ...stackProps,
    });

    const layer = new LayerFingerprint(this, 'Layer', {
      parameterName: layerParameter,
      exclude,
      deploymentId,
      serviceTimeout,
      qualifier,
    });
    const consumer = new LambdaFunction(this, 'Function', {
      description: 'Says hello',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(CODE),
      logGroup: exampleLog(this),
      // Another content is another version, and the alias moves to it; CDK's own hash knows nothing of the layer.
      currentVersionOptions: { description: layer.description },
    });
    layer.applyTo(consumer);
    consumer.addAlias('live');
    acknowledgeDefaultRole(consumer);

    new CfnOutput(this, 'Fingerprint', { value: layer.fingerprint });
    new CfnOutput(this, 'LayerVersionArn', { value: layer.layerVersionArn });
    new CfnOutput(this, 'LatestLayerVersionArn', { value: layer.latestLayerVersionArn });
    new CfnOutput(this, 'LayerVersion', { value: layer.version });
    new CfnOutput(this, 'CodeSha256', { value: layer.codeSha256 });
    new CfnOutput(this, 'LayerDescription', { value: layer.description });
    new CfnOutput(this, 'FunctionName', { value: consumer.functionName });
    new CfnOutput(this, 'FunctionVersion', { value: consumer.currentVersion.version });
    new CfnOutput(this, 'FunctionDescription', { value: descriptionOf(consumer) });
  }
}

/** As it stands in the template: the function's own, and the layer. */
function descriptionOf(fn: LambdaFunction): string {
  return (fn.node.defaultChild as CfnFunction).description ?? '';
}
