import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Aws, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  type CfnFunction,
  Code,
  DockerImageCode,
  DockerImageFunction,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LayerFingerprint } from '../../../stacks/constructs/layer-fingerprint.ts';
import { evaluateText } from '../intrinsic-functions.ts';
import { flatResources, getResource, quickApp } from '../synthesis.ts';

/** Lambda's bound, in characters. */
const MAX_DESCRIPTION = 256;
/** No longer name fits into the ARN of a layer version. */
const LONGEST_NAME = 'n'.repeat(140 - 'arn:aws:lambda:us-east-1:111122223333:layer::1'.length);
const HEX = '0123456789abcdef';

interface Described {
  readonly stack: Stack;
  readonly fn: LambdaFunction;
  readonly layers: readonly LayerFingerprint[];
}

function newFunction(scope: Stack, description?: string): LambdaFunction {
  return new LambdaFunction(scope, 'Function', {
    description,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
}

/** A function with so many layers, of which only a parameter's name is known. */
function functionWith(count: number, description?: string): Described {
  const stack = new Stack(quickApp(), 'stack');
  const fn = newFunction(stack, description);
  const layers = Array.from(
    { length: count },
    (_, index) => new LayerFingerprint(stack, `Layer${index}`, { parameterName: `/shop/layer-${index}` }),
  );
  for (const layer of layers) layer.applyTo(fn);
  return { stack, fn, layers };
}

/** The first 12 digits of a layer's fingerprint. */
function digits(index: number): string {
  return HEX.charAt(index + 1).repeat(12);
}

/** The description as Lambda gets it where every layer has this name. */
function descriptionOf({ stack, fn }: Pick<Described, 'stack' | 'fn'>, name = 'greeting'): string {
  const { description = '' } = fn.node.defaultChild as CfnFunction;
  return evaluateText(stack, description, (logicalId, attribute) => {
    assert.equal(attribute, 'Description');
    return `Depend on: ${name}@${digits(Number(logicalId.at(-1)))}`;
  });
}

describe('a function that a layer is applied to', () => {
  it('uses the layer by the ARN that stays while its content does', () => {
    const { stack } = functionWith(1);
    assert.deepEqual(getResource(stack, 'Function').Properties.Layers, ['<Layer0.LayerVersionArn>']);
  });

  it('says what it depends on', () => {
    assert.equal(descriptionOf(functionWith(1)), `Depend on: greeting@${digits(0)}`);
  });

  it('says so behind what its description says already', () => {
    const described = functionWith(1, 'Says hello');
    assert.equal(descriptionOf(described), `Says hello | Depend on: greeting@${digits(0)}`);
  });

  it('may have two layers, which are always named', () => {
    const described = functionWith(2);
    assert.deepEqual(getResource(described.stack, 'Function').Properties.Layers, [
      '<Layer0.LayerVersionArn>',
      '<Layer1.LayerVersionArn>',
    ]);
    assert.equal(descriptionOf(described), `Depend on: greeting@${digits(0)}, greeting@${digits(1)}`);
    assert.ok(descriptionOf(described, LONGEST_NAME).length <= MAX_DESCRIPTION);
  });

  for (const count of [3, 5]) {
    it(`may have ${count} layers, which are numbered where nobody knows how long their names are`, () => {
      const described = functionWith(count, 'Says hello');
      const all = Array.from({ length: count }, (_, index) => digits(index)).join('');
      assert.equal(descriptionOf(described), `Says hello | Depend on: ${count} layers@${all}`);
      assert.equal(descriptionOf(described, LONGEST_NAME), descriptionOf(described));
    });
  }

  it('may have five layers that are named, where their names are known and fit', () => {
    const stack = new Stack(quickApp(), 'stack');
    const fn = newFunction(stack);
    for (const index of [0, 1, 2, 3, 4]) {
      new LayerFingerprint(stack, `Layer${index}`, { layerName: 'greeting' }).applyTo(fn);
    }
    const expected = [0, 1, 2, 3, 4].map((index) => `greeting@${digits(index)}`).join(', ');
    assert.equal(descriptionOf({ stack, fn }), `Depend on: ${expected}`);
  });

  it('has another description when any of its layers has another content', () => {
    const { stack, fn } = functionWith(5);
    const { description = '' } = fn.node.defaultChild as CfnFunction;
    const read = (changed?: string) =>
      evaluateText(
        stack,
        description,
        (logicalId) => `Depend on: x@${digits(logicalId === changed ? 9 : Number(logicalId.at(-1)))}`,
      );
    for (const index of [0, 1, 2, 3, 4]) assert.notEqual(read(`Layer${index}`), read());
  });

  for (const count of [1, 2, 3, 5]) {
    it(`leaves a long description of its own room for ${count}, to the last character`, () => {
      const rest = Math.max(...[named(count), numbered(count)].map((taken) => MAX_DESCRIPTION - taken));
      const described = functionWith(count, 'x'.repeat(rest));
      const description = descriptionOf(described, LONGEST_NAME);
      assert.ok(description.startsWith('x'.repeat(rest)));
      assert.equal(description.length, MAX_DESCRIPTION);
      assert.throws(() => functionWith(count, 'x'.repeat(rest + 1)), {
        message:
          `stack/Layer${count - 1} can't be applied to stack/Function: its description has ${rest + 1} characters; ` +
          `${rest} are the most that leave room for what it depends on`,
      });
    });
  }

  it('gives a description that is only known at deploy time as much room as there can be', () => {
    const stack = new Stack(quickApp(), 'stack');
    const fn = newFunction(stack, `In ${Aws.REGION}`);
    const layer = new LayerFingerprint(stack, 'Layer0', { parameterName: '/shop/layer' });
    layer.applyTo(fn);
    assert.match(
      String(getResource(stack, 'Function').Properties.Description),
      /^In <AWS::Region> \| Depend on: 1 layer@/,
    );
  });

  it('may be of a nested stack, which imports nothing', () => {
    const stack = new Stack(quickApp(), 'stack');
    const layer = new LayerFingerprint(stack, 'Layer', { parameterName: '/shop/layer' });
    const nested = new NestedStack(stack, 'Nested');
    layer.applyTo(newFunction(nested));
    const { Layers } = getResource(nested, 'Function').Properties;
    assert.match(JSON.stringify(Layers), /referenceto/);
  });

  it('is of the same version of the template, wherever in it the construct stands', () => {
    const versionOf = (before: number) => {
      const stack = new Stack(quickApp(), 'stack');
      for (let index = 0; index < before; index += 1) Lazy.string({ produce: () => '' }).toString();
      const fn = newFunction(stack);
      new LayerFingerprint(stack, 'Layer', { parameterName: '/shop/layer' }).applyTo(fn);
      return stack.resolve(fn.currentVersion.version)['Fn::GetAtt'][0];
    };
    assert.equal(versionOf(0), versionOf(7));
  });
});

/** How many characters the layers take, with the separator in front: by names that are as long as can be, and by number. */
function named(count: number): number {
  return ' | Depend on: '.length + count * (LONGEST_NAME.length + 13) + (count - 1) * ', '.length;
}

function numbered(count: number): number {
  return ` | Depend on: ${count} ${count === 1 ? 'layer' : 'layers'}@`.length + count * 12;
}

describe('a layer is not applied', () => {
  const layerIn = (stack: Stack) => new LayerFingerprint(stack, 'Layer', { parameterName: '/shop/layer' });

  it('to a function that the app only knows by its ARN', () => {
    const stack = new Stack(quickApp(), 'stack');
    const arn = 'arn:aws:lambda:eu-west-1:111111111111:function:other';
    const imported = LambdaFunction.fromFunctionArn(stack, 'Imported', arn);
    // @ts-expect-error the type asks for a function of this app
    assert.throws(() => layerIn(stack).applyTo(imported), {
      message:
        "stack/Layer can't be applied to stack/Imported: its layers and its description are not set in this app; " +
        'apply the layer where the function is made',
    });
  });

  it('to a function from an image', () => {
    const stack = new Stack(quickApp(), 'stack');
    const code = DockerImageCode.fromEcr(new Repository(stack, 'Repository'));
    const fn = new DockerImageFunction(stack, 'Function', { code });
    assert.throws(
      () => layerIn(stack).applyTo(fn),
      /it is made from an image, to which Lambda adds no layers$/,
    );
  });

  it('to a function of another stack, which would have to import it', () => {
    const app = quickApp();
    const fn = newFunction(new Stack(app, 'other'));
    assert.throws(
      () => layerIn(new Stack(app, 'stack')).applyTo(fn),
      /^Error: stack\/Layer can't be applied to other\/Function: it is of another stack, .*make a LayerFingerprint in its own stack$/,
    );
  });

  it('twice to the same function', () => {
    const { fn, layers } = functionWith(1);
    assert.throws(() => layers[0]?.applyTo(fn), /it has this layer already$/);
  });

  it('beside five others, and the description stays as it was', () => {
    const { stack, fn } = functionWith(5);
    const before = (fn.node.defaultChild as CfnFunction).description;
    assert.throws(() => layerIn(stack).applyTo(fn), /already uses 5 layers/);
    assert.equal((fn.node.defaultChild as CfnFunction).description, before);
  });
});

describe('the description of a version', () => {
  it('is that of one layer, or of several', () => {
    const { stack, layers } = functionWith(2);
    const [one, other] = layers as [LayerFingerprint, LayerFingerprint];
    const read = (text: string) =>
      evaluateText(stack, text, (id) => `Depend on: ${id}@${digits(Number(id.at(-1)))}`);
    assert.equal(read(LayerFingerprint.describe(one)), `Depend on: Layer0@${digits(0)}`);
    assert.equal(
      read(LayerFingerprint.describe(one, other)),
      `Depend on: Layer0@${digits(0)}, Layer1@${digits(1)}`,
    );
  });

  it('is none of no layer', () => {
    assert.throws(() => LayerFingerprint.describe(), /^Error: A description of 0 layers can't be made/);
  });

  it('makes another version where the content is another', () => {
    const stack = new Stack(quickApp(), 'stack');
    const layer = new LayerFingerprint(stack, 'Layer', { parameterName: '/shop/layer' });
    const fn = new LambdaFunction(stack, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
      currentVersionOptions: { description: layer.description },
    });
    layer.applyTo(fn);
    fn.addAlias('live');
    const version = [...flatResources(stack).values()].find(({ Type }) => Type === 'AWS::Lambda::Version');
    assert.equal(version?.Properties.Description, '<Layer.Description>');
  });
});
