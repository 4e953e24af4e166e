import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { readLayerFiles } from '../../../cli/fingerprint.ts';
import { readProperties } from '../../../handlers/cloudformation/properties.ts';
import { fingerprintDirectory } from '../../../handlers/layers/directory.ts';
import { parseExclusion } from '../../../handlers/layers/exclusion.ts';
import {
  LAYER_FINGERPRINT_ATTRIBUTES,
  LAYER_FINGERPRINT_TYPE,
  type LayerFingerprintProperties,
  layerFingerprintRules,
  layerFingerprintSchema,
} from '../../../handlers/resources/layer-fingerprint-properties.ts';
import {
  LayerFingerprint,
  type LayerFingerprintProps,
} from '../../../stacks/constructs/layer-fingerprint.ts';
import { flatResources, getResource, PROJECT_ROOT, quickApp } from '../synthesis.ts';

const TOKEN =
  'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-layer-fingerprint';
const LAYER_ARN = 'arn:aws:lambda:eu-west-1:111111111111:layer:greeting';
const PARAMETER = { parameterName: '/shop/layer' };
const EXAMPLE_LAYER = `${PROJECT_ROOT}/stacks/examples/layer`;

function layerStack(props: (stack: Stack) => LayerFingerprintProps = () => PARAMETER): {
  stack: Stack;
  layer: LayerFingerprint;
} {
  const stack = new Stack(quickApp(), 'stack');
  return { stack, layer: new LayerFingerprint(stack, 'Layer', props(stack)) };
}

function propertiesOf(...given: Parameters<typeof layerStack>): Record<string, unknown> {
  return getResource(layerStack(...given).stack, 'Layer').Properties;
}

describe('the construct LayerFingerprint', () => {
  it('asks the fixed service token for the fingerprint, and leaves every default to the service', () => {
    const { stack } = layerStack();
    const { Type, Properties } = getResource(stack, 'Layer');
    assert.equal(Type, LAYER_FINGERPRINT_TYPE);
    assert.deepEqual(Properties, { ServiceToken: TOKEN, ParameterName: '/shop/layer' });
    assert.equal(flatResources(stack).size, 1);
  });

  it('passes on every property under the name of the contract', () => {
    const props: LayerFingerprintProps = {
      layerVersionArn: `${LAYER_ARN}:3`,
      exclude: ['*.map', 'docs/'],
      deploymentId: '7',
      serviceTimeout: Duration.minutes(5),
      qualifier: 'blue',
    };
    assert.deepEqual(
      propertiesOf(() => props),
      {
        ServiceToken: TOKEN.replace('deploytime-', 'deploytime-blue-'),
        ServiceTimeout: '300',
        LayerVersionArn: `${LAYER_ARN}:3`,
        Exclude: ['*.map', 'docs/'],
        DeploymentId: '7',
      },
    );
  });

  it('gives the attributes of the resource', () => {
    const { stack, layer } = layerStack();
    const { fingerprint, layerVersionArn, latestLayerVersionArn, version, codeSha256, description } = layer;
    assert.deepEqual(
      [fingerprint, layerVersionArn, latestLayerVersionArn, version, codeSha256, description].map(
        (attribute) => stack.resolve(attribute)['Fn::GetAtt'][1],
      ),
      LAYER_FINGERPRINT_ATTRIBUTES,
    );
  });

  it('takes a layer version and a parameter as constructs', () => {
    const ofVersion = propertiesOf((stack) => ({
      layerVersion: new LayerVersion(stack, 'Version', { code: Code.fromAsset(EXAMPLE_LAYER) }),
    }));
    assert.equal(ofVersion.LayerVersionArn, '<Version>');
    const ofParameter = propertiesOf((stack) => ({
      parameter: new StringParameter(stack, 'Parameter', { stringValue: `${LAYER_ARN}:3` }),
    }));
    assert.equal(ofParameter.ParameterName, '<Parameter>');
    const arn = 'arn:aws:ssm:eu-west-1:222222222222:parameter/shop/layer';
    const ofOthers = propertiesOf((stack) => ({
      parameter: StringParameter.fromStringParameterArn(stack, 'Parameter', arn),
    }));
    assert.equal(ofOthers.ParameterName, arn);
  });

  it("knows the layer's name where its props tell it", () => {
    const names = (props: LayerFingerprintProps) => layerStack(() => props).layer.layerName;
    assert.equal(names({ layerName: 'greeting' }), 'greeting');
    assert.equal(names({ layerName: LAYER_ARN }), 'greeting');
    assert.equal(names({ layerVersionArn: `${LAYER_ARN}:3` }), 'greeting');
    assert.equal(names(PARAMETER), undefined);
    assert.equal(names({ layerName: Lazy.string({ produce: () => 'late' }) }), undefined);
  });
});

function propertiesAsRead(props: LayerFingerprintProps): LayerFingerprintProperties {
  const { ServiceToken, ...raw } = propertiesOf(() => props);
  return readProperties(LAYER_FINGERPRINT_TYPE, layerFingerprintSchema, raw, layerFingerprintRules);
}

describe('what LayerFingerprint allows', () => {
  const allowed: LayerFingerprintProps[] = [
    { layerVersionArn: `${LAYER_ARN}:3` },
    { layerName: 'greeting' },
    { layerName: LAYER_ARN },
    { parameterName: '/shop/layer' },
    { parameterName: '/shop/layer:live' },
    { layerName: 'greeting', exclude: ['*.map', 'docs/', '/bin/**', '{a,b}.txt'] },
  ];
  for (const props of allowed) {
    it(`is read by the service: ${JSON.stringify(props)}`, () => {
      const read = propertiesAsRead(props);
      assert.equal(read.LayerVersionArn?.version, props.layerVersionArn && 3);
      assert.equal(read.LayerName, props.layerName);
      assert.equal(read.ParameterName?.text, props.parameterName);
      assert.deepEqual(read.Exclude?.patterns, props.exclude);
    });
  }
});

describe('what LayerFingerprint refuses at synthesis', () => {
  const SOURCES = 'layerVersionArn, layerVersion, layerName, parameterName, parameter';
  const refused: [string, LayerFingerprintProps, string][] = [
    ['no layer', {}, `none of ${SOURCES} is given; it must be exactly one`],
    [
      'two layers',
      { layerName: 'greeting', ...PARAMETER },
      `layerName and parameterName are given; it must be exactly one of ${SOURCES}`,
    ],
    [
      'a layer for a version',
      { layerVersionArn: LAYER_ARN },
      `layerVersionArn is "${LAYER_ARN}"; it must be the ARN of a layer version: arn:<partition>:lambda:<region>:<account>:layer:<name>:<version>`,
    ],
    [
      'a version for a layer',
      { layerName: `${LAYER_ARN}:3` },
      `layerName is "${LAYER_ARN}:3", which names a version; give it as layerVersionArn`,
    ],
    [
      'a name that no layer has',
      { layerName: 'a layer' },
      'layerName is "a layer"; it must be the name of a layer (1 to 140 letters, digits, "-" and "_") or its ARN without a version',
    ],
    [
      'a pattern that takes back',
      { ...PARAMETER, exclude: ['*.js', '!index.js'] },
      'exclude: "!index.js" is no pattern to exclude files by: a pattern can exclude, but not take back what another excludes',
    ],
    [
      'no time',
      { ...PARAMETER, serviceTimeout: Duration.seconds(0) },
      'serviceTimeout is 0 seconds; it must be 1 to 3600 whole seconds',
    ],
  ];
  for (const [what, props, mistake] of refused) {
    it(`${what}, in a sentence that says where`, () => {
      assert.throws(() => layerStack(() => props), { message: `stack/Layer: ${mistake}` });
    });
  }

  it('nothing that is only known at deploy time', () => {
    const unresolved = Lazy.string({ produce: () => '!' });
    for (const source of ['layerVersionArn', 'layerName', 'parameterName']) {
      layerStack(() => ({ [source]: unresolved, exclude: ['*.map', unresolved] }));
    }
  });
});

describe('the fingerprint of a directory at synthesis', () => {
  it('is that of the service and of the command line', async () => {
    const fingerprint = LayerFingerprint.ofDirectory(EXAMPLE_LAYER);
    assert.match(fingerprint, /^[0-9a-f]{64}$/);
    assert.equal(fingerprint, fingerprintDirectory(EXAMPLE_LAYER));
    const [layer] = await readLayerFiles([EXAMPLE_LAYER], { signal: AbortSignal.timeout(10_000) });
    assert.equal(fingerprint, layer?.fingerprint);
  });

  it('leaves out what is excluded', () => {
    const exclude = ['package.json'];
    const fingerprint = LayerFingerprint.ofDirectory(EXAMPLE_LAYER, { exclude });
    assert.notEqual(fingerprint, LayerFingerprint.ofDirectory(EXAMPLE_LAYER));
    assert.equal(fingerprint, fingerprintDirectory(EXAMPLE_LAYER, { exclude: parseExclusion(exclude) }));
  });

  it('is none of a directory that is not there', () => {
    assert.throws(
      () => LayerFingerprint.ofDirectory('/no/such/layer'),
      /^ProviderError: \/no\/such\/layer has no/,
    );
  });
});
