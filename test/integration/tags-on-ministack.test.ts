import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { runDeploytime } from '../../local/deploytime-command.ts';
import { removeParameter } from '../../local/parameter.ts';
import { createRepository } from '../../local/repository.ts';
import { buildImage, type Image } from '../support/images/image.ts';
import { buildIndex } from '../support/images/image-index.ts';
import { pushImage } from '../support/images/push-image.ts';
import {
  type DeployedService,
  SERVICE_TIMEOUT_SECONDS,
  startDeployedService,
} from '../support/local/deployed-service.ts';
import { witness } from '../support/witness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NEVER = new AbortController().signal;
const REPOSITORY = 'deploytime-example-source';
const PARAMETER = '/deploytime-example/release';
const ATTRIBUTES = ['Tag', 'Digest', 'ImageUri', 'TaggedImageUri', 'ResolvedFrom', 'ParameterVersion'];
/** Nobody may read it here, and nobody is to. */
const SECRET = 'a-value-that-is-secret';

/** The deployed service, asked by stacks which image was released last. */
describe('Custom::ImageTag, deployed on MiniStack', witness('ministack'), () => {
  let service: DeployedService;
  const releases = { one: buildImage({ seed: 'one' }), two: buildImage({ seed: 'two' }) };
  const index = buildIndex({ seed: 'index', attestations: true });

  before(async () => {
    service = await startDeployedService();
    await createRepository(service.account, REPOSITORY);
    await push(releases.one, '1');
    await push(releases.two, '2');
    await push(index, 'index');
  });
  after(() => service?.[Symbol.asyncDispose]());

  test('answers the default, then what the command line released, and fails where that is not there', async () => {
    const properties = { ParameterName: PARAMETER, Default: '1', RepositoryName: REPOSITORY };
    const first = await ask('story', { ...properties, DeploymentId: 'one' });
    assert.equal(first.answer.status, 'SUCCESS', first.answer.reason);
    assert.deepEqual(first.attributes, {
      ...imageAttributes('1', releases.one.root.digest),
      ResolvedFrom: 'default',
      ParameterVersion: '',
    });

    await release('2', '--pin');
    const second = await ask('story', { ...properties, DeploymentId: 'two' });
    assert.equal(second.answer.request, 'Update');
    assert.deepEqual(second.attributes, {
      ...imageAttributes('2', releases.two.root.digest),
      ResolvedFrom: 'parameter',
      ParameterVersion: '1',
    });
    assert.notEqual(second.answer.physicalId, first.answer.physicalId);

    const same = await ask('story', { ...properties, DeploymentId: 'three' });
    assert.equal(same.answer.physicalId, second.answer.physicalId);
    assert.deepEqual(same.attributes, second.attributes);

    await put('3');
    const failed = await ask('story', { ...properties, DeploymentId: 'four' });
    assert.equal(failed.status, 'UPDATE_ROLLBACK_COMPLETE');
    assert.match(
      failed.answer.reason ?? '',
      /NotFound: The repository deploytime-example-source has no image 3, which version 2 of the parameter \/deploytime-example\/release names/,
    );
    await removeParameter(service.account, PARAMETER, NEVER);
  });

  test("answers the digest of the platform's image, where the tag is an index", async () => {
    await put('index');
    const properties = { ParameterName: PARAMETER, RepositoryName: REPOSITORY };
    const whole = await ask('index', properties);
    assert.equal(whole.attributes.Digest, index.root.digest);
    const arm = await ask('index', { ...properties, Platform: 'linux/arm64', UsedBy: 'lambda' });
    const image = index.images[index.images.length - 1];
    assert.equal(arm.attributes.Digest, image?.root.digest, arm.answer.reason);
    const refused = await ask('index-in-lambda', { ...properties, UsedBy: 'lambda' });
    assert.match(refused.answer.reason ?? '', /InvalidRequest: .*index.*The property Platform picks one/);
  });

  test('looks for no image where no repository is named', async () => {
    await put(`4@${releases.one.root.digest}`);
    const { attributes, answer } = await ask('no-repository', { ParameterName: PARAMETER });
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    const { ParameterVersion, ...others } = attributes;
    assert.match(ParameterVersion ?? '', /^\d+$/);
    assert.deepEqual(others, {
      Tag: '4',
      Digest: releases.one.root.digest,
      ImageUri: '',
      TaggedImageUri: '',
      ResolvedFrom: 'parameter',
    });
  });

  const refusals: readonly [says: string, properties: Record<string, string>, reason: RegExp][] = [
    [
      'a parameter that is not there, with the command that makes it',
      { ParameterName: '/missing', RepositoryName: REPOSITORY },
      /NotFound: There is no SSM parameter \/missing .*deploytime tag <tag> --parameter \/missing/,
    ],
    ['a SecureString', { ParameterName: '/secret' }, /InvalidRequest: .*\/secret.*SecureString/],
    [
      'a value that ends in a line break, by its length',
      { ParameterName: '/padded' },
      /InvalidRequest: .*\/padded \(version \d+, 2 characters\).*white space/,
    ],
    [
      'a repository that is not there',
      { ParameterName: '/one', RepositoryName: 'nowhere' },
      /NotFound: .*nowhere/,
    ],
    [
      'an unknown property, with those that there are',
      { ParameterName: '/one', Repository: REPOSITORY },
      /InvalidRequest: .*Repository.*RepositoryName/s,
    ],
    [
      "another Region's parameter",
      { ParameterName: 'arn:aws:ssm:eu-west-1:000000000000:parameter/one' },
      /InvalidRequest: .*eu-west-1/,
    ],
  ];
  for (const [position, [says, properties, reason]] of refusals.entries()) {
    test(`answers with a sentence to ${says}`, async () => {
      await put('1', '/one');
      await put('1\n', '/padded');
      await put(SECRET, '/secret', 'SecureString');
      const { status, answer } = await ask(`refused-${position}`, properties);
      assert.equal(status, 'ROLLBACK_COMPLETE');
      assert.equal(answer.status, 'FAILED');
      assert.match(answer.reason ?? '', reason);
      assert.doesNotMatch(answer.reason ?? '', /\bat .*\.(mjs|js|ts):\d|cfn-response/);
      assert.ok(answer.durationMs < SERVICE_TIMEOUT_SECONDS * 1000);
    });
  }

  test('logs every request, and neither a response URL nor what is secret', async () => {
    const log = await service.readLog('deploytime-image-tag');
    assert.match(log, /Answered SUCCESS/);
    assert.match(log, /Answered FAILED/);
    assert.doesNotMatch(log, new RegExp(`cfn-response|${SECRET}`));
  });

  test('runs the sample events by npm run invoke', async () => {
    await put('2');
    for (const [sample, tag] of [
      ['create', '2'],
      ['create-with-default', '1'],
      ['update', '2'],
    ]) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['local/invoke.ts', 'image-tag', `events/image-tag/${sample}.json`, '--json'],
        { cwd: ROOT, env: { ...process.env, ...service.account.variables } },
      );
      const { answers } = JSON.parse(stdout);
      assert.equal(answers[0].Status, 'SUCCESS', answers[0].Reason);
      assert.equal(answers[0].Data.Tag, tag);
    }
  });

  function ask(stack: string, Properties: Record<string, string>) {
    return service.deploy({
      stack,
      asked: { Type: 'Custom::ImageTag', Properties },
      attributes: ATTRIBUTES,
    });
  }

  function imageAttributes(tag: string, digest: string) {
    const repository = `${service.account.registryHost}/${REPOSITORY}`;
    return {
      Tag: tag,
      Digest: digest,
      ImageUri: `${repository}@${digest}`,
      TaggedImageUri: `${repository}:${tag}`,
    };
  }

  function push(image: Image, tag: string): Promise<void> {
    return pushImage({ origin: service.account.endpoint.origin, repository: REPOSITORY }, image, tag);
  }

  function release(tag: string, ...more: readonly string[]): Promise<string> {
    const args = ['tag', tag, '--parameter', PARAMETER, '--repository', REPOSITORY, ...more];
    return runDeploytime(service.account, args, NEVER);
  }

  async function put(Value: string, Name = PARAMETER, Type: 'String' | 'SecureString' = 'String') {
    await service.account.ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
  }
});
