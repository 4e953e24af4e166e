import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readExampleContext } from './examples/example-context.ts';
import { ImageFunctionExample } from './examples/image-function.ts';
import { LayerConsumerExample } from './examples/layer-consumer.ts';
import { LayerProducerExample } from './examples/layer-producer.ts';
import { NightlyBatchExample } from './examples/nightly-batch.ts';
import { ReleasedFunctionExample } from './examples/released-function.ts';
import { readServiceContext } from './service-context.ts';
import { servicePrefix } from './service-name.ts';
import { ServiceStack } from './service-stack.ts';

const app = new App();
const serviceProps = readServiceContext(app);
const { qualifier } = serviceProps;
const prefix = servicePrefix(qualifier);
const examples = readExampleContext(app, prefix);

const service = new ServiceStack(app, prefix, serviceProps);
const image = new ImageFunctionExample(app, `${prefix}-example`, { ...examples.imageFunction, qualifier });
const release = new ReleasedFunctionExample(app, `${prefix}-example-release`, {
  ...examples.releasedFunction,
  qualifier,
});
const layer = new LayerProducerExample(app, `${prefix}-example-layer`, examples.layerProducer);
const consumers = ['a', 'b'].map(
  (name) =>
    new LayerConsumerExample(app, `${prefix}-example-consumer-${name}`, {
      ...examples.layerConsumer,
      qualifier,
    }),
);
const nightly = new NightlyBatchExample(app, `${prefix}-example-nightly`, {
  ...examples.nightlyBatch,
  qualifier,
});

// Fixed service tokens and a parameter's name need no reference; this is only so that `--all` takes them in the right order.
for (const user of [image, release, ...consumers, nightly]) user.addStackDependency(service);
for (const consumer of consumers) consumer.addStackDependency(layer);

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
