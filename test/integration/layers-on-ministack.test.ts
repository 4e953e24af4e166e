import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DeleteLayerVersionCommand, InvokeCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { readFunction } from '../../local/example-run/function-state.ts';
import { layerArchive } from '../support/layers-api/layer-archive.ts';
import {
  type DeployedService,
  SERVICE_TIMEOUT_SECONDS,
  startDeployedService,
} from '../support/local/deployed-service.ts';
import { witness } from '../support/witness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NEVER = new AbortController().signal;
const LAYER = 'deploytime-example';
const PARAMETER = '/deploytime-example/layer';
const FUNCTION = 'greeter';
const ATTRIBUTES = [
  'Fingerprint',
  'LayerVersionArn',
  'LatestLayerVersionArn',
  'Version',
  'CodeSha256',
  'Description',
];
/** Nobody may read it here, and nobody is to. */
const SECRET = 'a-value-that-is-secret';

/** A function that says what its layer says, and is described by what the layer contains. */
const GREETER = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: FUNCTION,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/greeter',
    Code: { ZipFile: "exports.handler = async () => ({ says: require('greeting') });" },
    Layers: [{ 'Fn::GetAtt': ['Asked', 'LayerVersionArn'] }],
    Description: { 'Fn::GetAtt': ['Asked', 'Description'] },
  },
};

/** The deployed service, asked by stacks what a layer contains. */
describe('Custom::LayerFingerprint, deployed on MiniStack', witness('ministack'), () => {
  let service: DeployedService;

  before(async () => {
    service = await startDeployedService();
  });
  after(() => service?.[Symbol.asyncDispose]());

  test('moves a function with the content of its layer, and not with its builds', async () => {
    const one = await publish('Hello', '2026-01-01');
    await put(one);
    const first = await ask(
      'story',
      { ParameterName: PARAMETER, DeploymentId: 'one' },
      { Function: GREETER },
    );
    assert.equal(first.answer.status, 'SUCCESS', first.answer.reason);
    const { Fingerprint = '', CodeSha256 } = first.attributes;
    assert.deepEqual(first.attributes, {
      Fingerprint,
      CodeSha256,
      LayerVersionArn: one,
      LatestLayerVersionArn: one,
      Version: '1',
      Description: `Depend on: ${LAYER}@${Fingerprint.slice(0, 12)}`,
    });
    const made = await readFunction(service.account, FUNCTION, NEVER);
    assert.deepEqual([made.uses, made.description], [one, first.attributes.Description]);
    assert.equal(await greeting(), 'Hello');

    const two = await publish('Hello', '2026-01-02');
    await put(two);
    const second = await ask(
      'story',
      { ParameterName: PARAMETER, DeploymentId: 'two' },
      { Function: GREETER },
    );
    assert.deepEqual(second.attributes, { ...first.attributes, LatestLayerVersionArn: two });
    assert.deepEqual(await readFunction(service.account, FUNCTION, NEVER), made);

    await service.account.lambda.send(new DeleteLayerVersionCommand({ LayerName: LAYER, VersionNumber: 1 }));
    const third = await ask(
      'story',
      { ParameterName: PARAMETER, DeploymentId: 'three' },
      { Function: GREETER },
    );
    assert.equal(third.attributes.LayerVersionArn, two, 'the version that was answered is gone');
    assert.equal(third.attributes.Fingerprint, Fingerprint);

    const three = await publish('Hullo', '2026-01-03');
    await put(three);
    const fourth = await ask(
      'story',
      { ParameterName: PARAMETER, DeploymentId: 'four' },
      { Function: GREETER },
    );
    assert.equal(fourth.attributes.LayerVersionArn, three);
    assert.notEqual(fourth.attributes.Fingerprint, Fingerprint);
    const moved = await readFunction(service.account, FUNCTION, NEVER);
    assert.deepEqual([moved.uses, moved.description], [three, fourth.attributes.Description]);
    assert.equal(await greeting(), 'Hullo');
  });

  test('answers the newest version by name, and leaves out what is to be left out', async () => {
    const arn = await publish('Hello', '2026-01-04');
    const byName = await ask('by-name', { LayerName: LAYER });
    assert.equal(byName.attributes.LayerVersionArn, arn);
    const byVersion = await ask('by-version', { LayerVersionArn: arn });
    assert.deepEqual(byVersion.attributes, byName.attributes);
    const without = await ask('without', { LayerVersionArn: arn, Exclude: ['*.md'] });
    assert.notEqual(without.attributes.Fingerprint, byName.attributes.Fingerprint);
  });

  const refusals: readonly [says: string, properties: Record<string, string>, reason: RegExp][] = [
    [
      'a parameter that is not there',
      { ParameterName: '/missing' },
      /NotFound: There is no parameter \/missing/,
    ],
    ['a SecureString', { ParameterName: '/secret' }, /InvalidRequest: .*\/secret.*SecureString/],
    [
      'a parameter that holds something else, by its length',
      { ParameterName: '/other' },
      /InvalidRequest: The parameter \/other holds a text of 22 characters that is no ARN of a layer version/,
    ],
    ['a layer that is not there', { LayerName: 'nothing' }, /NotFound: The layer nothing has no version/],
    [
      'a version that is not there',
      { LayerVersionArn: `arn:aws:lambda:us-east-1:000000000000:layer:${LAYER}:99` },
      /NotFound: .*:99/,
    ],
    [
      "another Region's layer",
      { LayerVersionArn: `arn:aws:lambda:eu-west-1:000000000000:layer:${LAYER}:1` },
      /InvalidRequest: .*eu-west-1.*us-east-1/,
    ],
    [
      'two sources at once',
      { LayerName: LAYER, ParameterName: PARAMETER },
      /InvalidRequest: .*LayerName and ParameterName.* are given, allowed is exactly one/,
    ],
  ];
  for (const [position, [says, properties, reason]] of refusals.entries()) {
    test(`answers with a sentence to ${says}`, async () => {
      await put(SECRET, '/secret', 'SecureString');
      await put(SECRET, '/other');
      const { status, answer } = await ask(`refused-${position}`, properties);
      assert.equal(status, 'ROLLBACK_COMPLETE');
      assert.equal(answer.status, 'FAILED');
      assert.match(answer.reason ?? '', reason);
      assert.doesNotMatch(
        answer.reason ?? '',
        new RegExp(`\\bat .*\\.(mjs|js|ts):\\d|cfn-response|${SECRET}`),
      );
      assert.ok(answer.durationMs < SERVICE_TIMEOUT_SECONDS * 1000);
    });
  }

  test('logs every request, and neither a response URL, nor where a layer is, nor what is secret', async () => {
    const log = await service.readLog('deploytime-layer-fingerprint');
    assert.match(log, /Answered SUCCESS/);
    assert.match(log, /Answered FAILED/);
    assert.doesNotMatch(log, new RegExp(`cfn-response|_ministack/lambda-layers|${SECRET}`));
  });

  test('runs the sample events by npm run invoke', async () => {
    const arn = await publish('Hello', '2026-01-05');
    await put(arn);
    for (const sample of ['create', 'create-by-name', 'update']) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['local/invoke.ts', 'layer-fingerprint', `events/layer-fingerprint/${sample}.json`, '--json'],
        { cwd: ROOT, env: { ...process.env, ...service.account.variables } },
      );
      const { answers } = JSON.parse(stdout);
      assert.equal(answers[0].Status, 'SUCCESS', answers[0].Reason);
      assert.equal(answers[0].Data.LatestLayerVersionArn, arn);
    }
  });

  function ask(
    stack: string,
    Properties: Readonly<Record<string, unknown>>,
    resources: Readonly<Record<string, object>> = {},
  ) {
    return service.deploy({
      stack,
      asked: { Type: 'Custom::LayerFingerprint', Properties },
      attributes: ATTRIBUTES,
      resources,
    });
  }

  /** Publishes the layer's next version. @returns its ARN. */
  async function publish(greeting: string, builtAt: string): Promise<string> {
    const files = {
      'nodejs/node_modules/greeting/index.js': `module.exports = '${greeting}';\n`,
      'README.md': 'A greeting.\n',
    };
    const ZipFile = await layerArchive(files, { builtAt: new Date(builtAt) });
    const { LayerVersionArn = '' } = await service.account.lambda.send(
      new PublishLayerVersionCommand({ LayerName: LAYER, Content: { ZipFile } }),
    );
    return LayerVersionArn;
  }

  async function greeting(): Promise<string> {
    const { Payload } = await service.account.lambda.send(new InvokeCommand({ FunctionName: FUNCTION }));
    return JSON.parse(Buffer.from(Payload ?? []).toString('utf8')).says;
  }

  async function put(Value: string, Name = PARAMETER, Type: 'String' | 'SecureString' = 'String') {
    await service.account.ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
  }
});
