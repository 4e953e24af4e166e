import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CREATE_FAILED_ID } from '../../handlers/cloudformation/physical-resource-id.ts';
import { isFingerprint } from '../../handlers/layers/fingerprint.ts';
import { isDigest } from '../../handlers/oci/digest.ts';
import {
  type AnswerCodec,
  type AnswerMemory,
  formatMemory,
  parseMemory,
  type Remembered,
} from '../../handlers/resources/answer-memory.ts';
import { imageTagCodec, repositoryMark } from '../../handlers/resources/image-tag-answer.ts';
import { layerAnswerCodec } from '../../handlers/resources/layer-fingerprint-memory.ts';
import { planIdOf } from '../../handlers/resources/scheduled-scaling-id.ts';
import { type ResponseServer, startResponseServer } from '../support/cloudformation/response-server.ts';
import { ECR_HOST, startImageTagWorld } from '../support/image-tag/image-tag-world.ts';
import { storeImage } from '../support/images/push-image.ts';
import { FILES, startLayerFingerprintWorld } from '../support/layer-fingerprint/layer-fingerprint-world.ts';
import { ACCOUNT_ID, REGION, type TestProvider, testContext } from '../support/provider/provider.ts';
import { startScheduledScalingWorld } from '../support/scheduled-scaling/scheduled-scaling-world.ts';
import { readSample } from './sample-events.ts';

/** In the sample events. */
const SAMPLE_ACCOUNT_ID = '000000000000';

interface Answered {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data: Readonly<Record<string, string>>;
}

interface StoryOptions<T> {
  readonly functionName: string;
  readonly codec: AnswerCodec<T>;
  readonly startInstance: (responseOrigin: string) => TestProvider;
  /** The world's digests and hashes in the place of an answer's made-up ones. */
  readonly realAnswer: (answer: T) => T;
  readonly responses: ResponseServer;
}

/** A story's events in a world that fakes play: each request goes to an instance with nothing remembered. */
class Story<T> {
  readonly #options: StoryOptions<T>;

  constructor(options: StoryOptions<T>) {
    this.#options = options;
  }

  /** The event, of the world's account and with its digests. */
  event(name: string): Record<string, unknown> {
    const sample = JSON.stringify(readSample(`${this.#options.functionName}/${name}`));
    const event = JSON.parse(sample.replaceAll(SAMPLE_ACCOUNT_ID, ACCOUNT_ID)) as Record<string, unknown>;
    const { PhysicalResourceId: id } = event;
    if (typeof id !== 'string' || id === CREATE_FAILED_ID) return event;
    return { ...event, PhysicalResourceId: this.#realId(id) };
  }

  /** Sends the event. @returns the one answer, which must be a success. */
  async send(name: string): Promise<Answered> {
    const { responses, startInstance } = this.#options;
    const event = this.event(name);
    const issued = responses.issue({
      stackId: String(event.StackId),
      logicalId: String(event.LogicalResourceId),
      requestId: String(event.RequestId),
      region: REGION,
    });
    await startInstance(responses.origin).handler({ ...event, ResponseURL: issued.url }, testContext());
    assert.equal(issued.puts.length, 1);
    const answer = JSON.parse(String(issued.puts[0]?.body)) as Answered;
    assert.equal(answer.Status, 'SUCCESS', answer.Reason);
    return answer;
  }

  #realId(id: string): string {
    const { codec, realAnswer } = this.#options;
    const memory = parseMemory(codec, id);
    assert.ok(memory, id);
    const real = ({ asked, answer }: Remembered<T>): Remembered<T> => ({ asked, answer: realAnswer(answer) });
    const { present, before } = memory;
    const remembered: AnswerMemory<T> = { present: real(present), ...(before && { before: real(before) }) };
    return formatMemory(codec, remembered);
  }
}

describe('the sample events, replayed over fakes', () => {
  let responses: ResponseServer;
  before(async () => {
    responses = await startResponseServer();
  });
  after(() => responses.stop());

  test('image-tag: each answer has the id that the next event has', async () => {
    const parameter = '/deploytime-example/release';
    const repository = 'deploytime-example-source';
    let status = 'UPDATE_IN_PROGRESS';
    await using world = await startImageTagWorld({ statusOf: () => status });
    const images = new Map([
      ['1', world.images.v1],
      ['2', world.images.v2],
    ]);
    for (const [tag, image] of images) storeImage(world.repositories, repository, image, tag);
    const digestOf = (tag: string) => images.get(tag)?.root.digest ?? '';
    const story = new Story({
      functionName: 'image-tag',
      codec: imageTagCodec,
      startInstance: world.startInstance,
      realAnswer: (answer) => {
        const { tag = '' } = answer;
        const digest = digestOf(tag);
        assert.ok(isDigest(digest), `there is no image ${tag}`);
        return { ...answer, digest, ...repositoryMark(`${ECR_HOST}/${repository}`) };
      },
      responses,
    });
    const idIn = (name: string) => story.event(name).PhysicalResourceId;

    const byDefault = await story.send('create-with-default');
    assert.equal(byDefault.Data.ResolvedFrom, 'default');
    assert.equal(byDefault.Data.Digest, digestOf('1'));

    world.ssm.parameters.put(parameter, '1');
    const created = await story.send('create');
    assert.equal(created.PhysicalResourceId, idIn('update'));
    assert.equal(created.Data.Digest, digestOf('1'));

    world.ssm.parameters.put(parameter, '2');
    const updated = await story.send('update');
    assert.equal(updated.PhysicalResourceId, idIn('deploy-again'));
    assert.equal(updated.Data.Digest, digestOf('2'));

    const again = await story.send('deploy-again');
    assert.deepEqual([again.PhysicalResourceId, again.Data], [updated.PhysicalResourceId, updated.Data]);

    status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const rolledBack = await story.send('roll-back');
    assert.deepEqual(rolledBack.Data, created.Data);

    assert.equal((await story.send('delete')).PhysicalResourceId, idIn('delete'));
    assert.equal((await story.send('delete-after-failed-create')).PhysicalResourceId, CREATE_FAILED_ID);
    assert.deepEqual(world.violations(), []);
  });

  test('layer-fingerprint: each answer has the id that the next event has', async () => {
    const parameter = '/deploytime-example/layer';
    const layer = 'deploytime-example';
    let status = 'UPDATE_IN_PROGRESS';
    await using world = await startLayerFingerprintWorld({ statusOf: () => status });
    const versions = [
      await world.publish(FILES, layer),
      await world.publish({ ...FILES, 'python/shop.py': 'PRICE = 2\n' }, layer),
    ];
    const arnOf = (version: number): string => versions[version - 1]?.arn ?? '';
    const fingerprints = new Map<number, string>();
    const story = new Story({
      functionName: 'layer-fingerprint',
      codec: layerAnswerCodec,
      startInstance: world.startInstance,
      realAnswer: (answer) => {
        const { version } = answer;
        const codeSha256 = versions[version - 1]?.codeSha256;
        const fingerprint = fingerprints.get(version) ?? '';
        assert.ok(codeSha256 !== undefined && isFingerprint(fingerprint), `version ${version} is not known`);
        return { ...answer, fingerprint, codeSha256 };
      },
      responses,
    });
    const idIn = (name: string) => story.event(name).PhysicalResourceId;

    const byVersion = await story.send('create-by-version');
    assert.equal(byVersion.Data.LayerVersionArn, arnOf(1));
    const byName = await story.send('create-by-name');
    assert.equal(byName.Data.LayerVersionArn, arnOf(2));
    assert.notEqual(byName.Data.Fingerprint, byVersion.Data.Fingerprint);

    world.ssm.parameters.put(parameter, arnOf(1));
    const created = await story.send('create');
    assert.equal(created.Data.LayerVersionArn, arnOf(1));
    fingerprints.set(1, created.Data.Fingerprint ?? '');
    assert.equal(created.PhysicalResourceId, idIn('update'));

    world.ssm.parameters.put(parameter, arnOf(2));
    const updated = await story.send('update');
    assert.equal(updated.Data.LayerVersionArn, arnOf(2));
    fingerprints.set(2, updated.Data.Fingerprint ?? '');
    assert.equal(updated.PhysicalResourceId, idIn('deploy-again'));

    const again = await story.send('deploy-again');
    assert.deepEqual([again.PhysicalResourceId, again.Data], [updated.PhysicalResourceId, updated.Data]);

    status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const rolledBack = await story.send('roll-back');
    assert.deepEqual(rolledBack.Data, created.Data);

    assert.equal((await story.send('delete')).PhysicalResourceId, idIn('delete'));
    assert.equal((await story.send('delete-after-failed-create')).PhysicalResourceId, CREATE_FAILED_ID);
    assert.deepEqual(world.violations(), []);
  });

  test('scheduled-scaling: one id and one group through all of them', async () => {
    let status = 'CREATE_IN_PROGRESS';
    await using world = await startScheduledScalingWorld({ statusOf: () => status });
    const tags = { 'deploytime:scaling': 'true' };
    const instance = { id: 'example-1', instanceClass: 'db.r5.large', tags };
    const { cluster, service } = targetsOf(readSample('scheduled-scaling/create'));
    world.account.given.cluster({ id: cluster, instances: [instance], tags });
    world.account.given.service({ ...service, desiredCount: 2, tags });
    const send = async (name: string): Promise<Answered> => {
      const sample = JSON.stringify(readSample(`scheduled-scaling/${name}`)).replaceAll(
        SAMPLE_ACCOUNT_ID,
        ACCOUNT_ID,
      );
      const event = JSON.parse(sample) as Record<string, unknown>;
      const issued = responses.issue({
        stackId: String(event.StackId),
        logicalId: String(event.LogicalResourceId),
        requestId: String(event.RequestId),
        region: REGION,
      });
      const instance = world.startInstance(responses.origin);
      await instance.handler({ ...event, ResponseURL: issued.url }, testContext());
      const answer = JSON.parse(String(issued.puts[0]?.body)) as Answered;
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
      return answer;
    };
    // The id follows from the stack, and the stack's from the account.
    const { StackId, LogicalResourceId } = readSample('scheduled-scaling/create');
    const sampleId = planIdOf({ stackId: String(StackId), logicalResourceId: String(LogicalResourceId) });
    assert.equal(readSample('scheduled-scaling/update').PhysicalResourceId, sampleId);
    const schedules = () => world.scheduler.account.schedules.map(({ Name }) => Name);

    await send('delete-after-failed-create');
    const created = await send('create');
    assert.deepEqual(schedules(), ['nightly-batch-start', 'nightly-batch-end']);
    // The others name the id of the sample's account: the plan goes on under it.
    status = 'UPDATE_IN_PROGRESS';
    await world.vanish();
    const updated = await send('update');
    assert.equal(updated.PhysicalResourceId, sampleId);
    assert.notEqual(created.PhysicalResourceId, sampleId);
    assert.deepEqual(schedules(), ['nightly-batch-start', 'nightly-batch-end', 'month-end-start']);
    const again = await send('deploy-again');
    assert.deepEqual([again.PhysicalResourceId, again.Data], [updated.PhysicalResourceId, updated.Data]);
    status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const rolledBack = await send('roll-back');
    assert.deepEqual(
      [rolledBack.PhysicalResourceId, rolledBack.Data],
      [updated.PhysicalResourceId, updated.Data],
    );
    assert.deepEqual(schedules(), ['nightly-batch-start', 'nightly-batch-end']);
    await send('delete');
    assert.deepEqual(schedules(), []);
    assert.deepEqual(world.violations(), []);
  });
});

/** What a sample's plan scales: a cluster and a service. */
function targetsOf(sample: Record<string, unknown>) {
  const { Scenarios } = sample.ResourceProperties as { Scenarios: { Steps: { Target: string }[] }[] };
  const targets = Scenarios.flatMap(({ Steps }) => Steps.map(({ Target }) => Target.split('/')));
  const [[, cluster = ''] = [], [, serviceCluster = '', name = ''] = []] = targets;
  return { cluster, service: { cluster: serviceCluster, name } };
}
