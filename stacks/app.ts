import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readExampleContext } from './examples/example-context.ts';
import { ImageFunctionExample } from './examples/image-function.ts';
import { readServiceContext } from './service-context.ts';
import { servicePrefix } from './service-name.ts';
import { ServiceStack } from './service-stack.ts';

const app = new App();
const serviceProps = readServiceContext(app);
const prefix = servicePrefix(serviceProps.qualifier);

const service = new ServiceStack(app, prefix, serviceProps);
const example = new ImageFunctionExample(app, `${prefix}-example`, {
  ...readExampleContext(app),
  qualifier: serviceProps.qualifier,
});
// The fixed service token needs no reference; this is only so that `--all` takes them in the right order.
example.addStackDependency(service);

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
