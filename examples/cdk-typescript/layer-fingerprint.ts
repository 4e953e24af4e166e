import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { LayerFingerprint } from 'deploytime';

const app = new App();
// Somebody's stack makes a layer, and says in a parameter which version is the newest.
const producer = new Stack(app, 'layer-example');
const { layerVersionArn } = new LayerVersion(producer, 'Layer', { code: Code.fromAsset('layer') });
new StringParameter(producer, 'Newest', { parameterName: '/shop/layer', stringValue: layerVersionArn });

// A function of another stack moves to a version with another content, and to no other.
const consumer = new Stack(app, 'layer-fingerprint-example');
consumer.node.addDependency(producer);
const layer = new LayerFingerprint(consumer, 'Layer', { parameterName: '/shop/layer' });
const code = Code.fromInline('from greeting import greet\ndef handler(event, context): return greet()');
const worker = new LambdaFunction(consumer, 'Function', {
  runtime: Runtime.PYTHON_3_13,
  handler: 'index.handler',
  code,
});
layer.applyTo(worker);
