import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import type { Account } from '../../local/account.ts';
import { answersIn } from '../../local/answers.ts';
import { buildExampleImage } from '../../local/image/example-image.ts';
import { pushImage } from '../../local/image/push-image.ts';
import { LocalError } from '../../local/local-error.ts';
import { createRepository } from '../../local/repository.ts';
import { deleteStack } from '../../local/stack-deletion.ts';
import { stackEvents } from '../../local/stack-events.ts';
import {
  type DeployedService,
  SERVICE_TIMEOUT_SECONDS,
  startDeployedService,
} from '../support/local/deployed-service.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const ATTRIBUTES = ['Tag', 'Digest', 'ImageUri', 'TaggedImageUri', 'RepositoryUri', 'Origin'];

/** The service as the CDK CLI deploys it, asked by stacks of which most can't be had. */
describe('the deployed service', witness('ministack'), () => {
  let service: DeployedService;
  let account: Account;
  const releases = { one: buildExampleImage('1').image, two: buildExampleImage('2').image };

  before(async () => {
    service = await startDeployedService();
    account = service.account;
    await push('source', '1', releases.one);
    await push('source', '2', releases.two);
  });
  after(() => service?.[Symbol.asyncDispose]());

  test('puts the source under the tag of an empty repository', async () => {
    await createRepository(account, 'empty');
    const { answer, attributes } = await ask('empty', { RepositoryName: 'empty', Source: source('1') });
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    const digest = releases.one.manifest.digest;
    const repository = `${account.registryHost}/empty`;
    assert.deepEqual(attributes, {
      Tag: 'initial',
      Digest: digest,
      ImageUri: `${repository}@${digest}`,
      TaggedImageUri: `${repository}:initial`,
      RepositoryUri: repository,
      Origin: 'source',
    });
    assert.ok(answer.physicalId.startsWith(`${repository}:initial@${digest}#`), answer.physicalId);
    assert.equal(await digestIn('empty', 'initial'), digest);
  });

  test('keeps an image that somebody else has pushed, also when the stack goes', async () => {
    await push('released', 'initial', releases.two);
    const { stackId, attributes } = await ask('released', {
      RepositoryName: 'released',
      Source: source('1'),
      OnDelete: 'delete',
    });
    assert.equal(attributes.Origin, 'existing');
    assert.equal(attributes.Digest, releases.two.manifest.digest);
    await deleteStack(account.cloudFormation, 'released', NEVER);
    const last = answersIn(await stackEvents(account.cloudFormation, stackId)).at(-1);
    assert.deepEqual([last?.request, last?.status], ['Delete', 'SUCCESS']);
    assert.equal(await digestIn('released', 'initial'), releases.two.manifest.digest);
  });

  test('keeps the image of an immutable repository', async () => {
    await push('immutable', 'initial', releases.two);
    await account.ecr.send(
      new PutImageTagMutabilityCommand({ repositoryName: 'immutable', imageTagMutability: 'IMMUTABLE' }),
    );
    const { attributes } = await ask('immutable', { RepositoryName: 'immutable', Source: source('1') });
    assert.equal(attributes.Digest, releases.two.manifest.digest);
  });

  test('a push to a repository that is not there tells what the registry answered', async () => {
    const destination = { registry: account.endpoint, repository: 'nowhere' };
    await assert.rejects(pushImage(destination, '1', releases.one), (error) => {
      assert.ok(error instanceof LocalError);
      assert.match(error.message, /answered 404 to a push/);
      assert.match(error.details ?? '', /NAME_UNKNOWN/);
      return true;
    });
  });

  const refusals: readonly [says: string, properties: Record<string, string>, reason: RegExp][] = [
    [
      'an unknown property, with those that there are',
      { RepositoryName: 'empty', Sorce: 'x' },
      /Sorce.*RepositoryName.*Source.*UsedBy/s,
    ],
    ['a missing property', { Source: 'public.ecr.aws/a/b:1' }, /RepositoryName/],
    [
      'a value that is not allowed, with those that are',
      { RepositoryName: 'empty', OnDelete: 'remove' },
      /OnDelete.*"?remove"?.*placeholder.*retain.*delete/s,
    ],
    ['a repository that is not there', { RepositoryName: 'missing', Source: 'SOURCE' }, /missing/],
    ['a source that is not there', { RepositoryName: 'for-refusals', Source: 'SOURCE:9' }, /source.*9/s],
    [
      'an image for a platform that the source is not for',
      { RepositoryName: 'for-refusals', Source: 'SOURCE', Platform: 'linux/arm64' },
      /linux\/arm64/,
    ],
    [
      'a source at an address inside',
      { RepositoryName: 'for-refusals', Source: '127.0.0.1:1/a/b:1' },
      /127\.0\.0\.1/,
    ],
  ];
  for (const [index, [says, properties, reason]] of refusals.entries()) {
    test(`answers with a sentence to ${says}`, async () => {
      await createRepository(account, 'for-refusals');
      const resolved = Object.entries(properties).map(([name, value]) => [
        name,
        value.replace(/^SOURCE(?::(.*))?$/, (_, tag?: string) => source(tag ?? '1')),
      ]);
      const { answer } = await ask(`refused-${index}`, Object.fromEntries(resolved));
      assert.equal(answer.status, 'FAILED');
      assert.match(answer.reason ?? '', reason);
      assert.doesNotMatch(
        answer.reason ?? '',
        /\bat .*\.(mjs|js|ts):\d|cfn-response/,
        'no stack trace, no ResponseURL',
      );
      assert.ok(
        answer.durationMs < SERVICE_TIMEOUT_SECONDS * 1000,
        'the service answered; the stack did not have to wait for its timeout',
      );
    });
  }

  test('logs every request, and neither a response URL nor a token', async () => {
    const log = await service.readLog('deploytime-ecr-image');
    assert.match(log, /Answered SUCCESS/);
    assert.match(log, /Answered FAILED/);
    assert.doesNotMatch(log, /cfn-response/);
    const token = account.registryAuthorization.replace('Basic ', '');
    assert.ok(!log.includes(token) && !log.includes(Buffer.from(token, 'base64').toString()));
  });

  function source(tag: string): string {
    return `${account.registryHost}/source:${tag}`;
  }

  async function push(repository: string, tag: string, image: typeof releases.one): Promise<void> {
    await createRepository(account, repository);
    await pushImage({ registry: account.endpoint, repository }, tag, image);
  }

  /** What the registry itself says. */
  async function digestIn(repository: string, tag: string): Promise<string | null> {
    const response = await fetch(new URL(`/v2/${repository}/manifests/${tag}`, account.endpoint), {
      method: 'HEAD',
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    return response.headers.get('docker-content-digest');
  }

  /** Creates a stack with one resource of the type. */
  function ask(stack: string, Properties: Record<string, string>) {
    return service.deploy({
      stack,
      asked: { Type: 'Custom::EcrImage', Properties },
      attributes: ATTRIBUTES,
    });
  }
});
