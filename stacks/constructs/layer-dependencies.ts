import { CfnResource, Stack } from 'aws-cdk-lib';
import type { CfnFunction, ILayerVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { type DescribedLayer, joinDescriptions, roomBefore } from './layer-description.ts';

/** A layer whose content is known at deploy time, in its stack. */
type Dependency = DescribedLayer & IConstruct;

/** What a function's description said before the first layer, and the layers in order. */
interface Dependencies {
  readonly own: string | undefined;
  readonly layers: Dependency[];
}

/** By function. A construct keeps nothing for others, and a function's layers come one by one. */
const dependenciesOf = new WeakMap<CfnFunction, Dependencies>();

/**
 * Adds the layer to the function and to its description.
 * @throws Error where that can't be, with the paths of both.
 */
export function addDependency(fn: LambdaFunction, dependency: Dependency, layer: ILayerVersion): void {
  const resource = checkFunction(fn, dependency);
  const { own, layers } = dependenciesOf.get(resource) ?? { own: resource.description, layers: [] };
  if (layers.includes(dependency)) throw refusal(dependency, fn, 'it has this layer already');
  const all = [...layers, dependency];
  const description = joinDescriptions(all, own);
  if (description === undefined) {
    throw refusal(
      dependency,
      fn,
      `its description has ${own?.length} characters; ${roomBefore(all)} are the most that leave room for what it depends on`,
    );
  }
  fn.addLayers(layer);
  resource.description = description;
  dependenciesOf.set(resource, { own, layers: all });
}

/** @throws Error for no layer at all. */
export function joinedDescription(layers: readonly Dependency[]): string {
  const description = layers.length === 0 ? undefined : joinDescriptions(layers);
  if (description !== undefined) return description;
  throw new Error(
    `A description of ${layers.length} layers can't be made; a function has 1 to ${MAX_LAYERS}`,
  );
}

/**
 * A function's layers, at the most.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_LAYERS = 5;

/** The function's own resource. */
function checkFunction(fn: LambdaFunction, dependency: Dependency): CfnFunction {
  const resource = fn.node.defaultChild;
  if (!isCfnFunction(resource)) {
    throw refusal(
      dependency,
      fn,
      'its layers and its description are not set in this app; apply the layer where the function is made',
    );
  }
  if (resource.packageType === 'Image') {
    throw refusal(dependency, fn, 'it is made from an image, to which Lambda adds no layers');
  }
  if (topStack(fn) !== topStack(dependency)) {
    throw refusal(
      dependency,
      fn,
      "it is of another stack, which would import the ARN, and an ARN that is imported can't change; make a LayerFingerprint in its own stack",
    );
  }
  return resource;
}

/** By its type's name, which also holds where two copies of the library meet. */
function isCfnFunction(resource: IConstruct | undefined): resource is CfnFunction {
  return (
    resource !== undefined &&
    CfnResource.isCfnResource(resource) &&
    resource.cfnResourceType === 'AWS::Lambda::Function'
  );
}

/** A nested stack gets values as parameters, and imports nothing. */
function topStack(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent === undefined ? stack : topStack(stack.nestedStackParent);
}

function refusal(dependency: IConstruct, fn: IConstruct, why: string): Error {
  return new Error(`${dependency.node.path} can't be applied to ${fn.node.path}: ${why}`);
}
