import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { rememberingId } from '../../../handlers/resources/answer-memory.ts';
import { imageTagCodec, repositoryMark } from '../../../handlers/resources/image-tag-answer.ts';
import { IMAGE_TAG_TYPE, imageTagSchema } from '../../../handlers/resources/image-tag-properties.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import {
  ECR_HOST,
  type ImageTagWorld,
  PARAMETER,
  REPOSITORY,
  startImageTagWorld,
} from '../../support/image-tag/image-tag-world.ts';
import { assertOneValidAnswer, mutatedEvent, mutations } from '../../support/provider/any-event.ts';
import { STACK_ID } from '../../support/provider/events.ts';
import { REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';

const EVENTS = 1_000;

describe('any event of Custom::ImageTag', () => {
  let server: ResponseServer;
  let world: ImageTagWorld;
  let provider: TestProvider;
  let isRollingBack = false;
  before(async () => {
    server = await startResponseServer();
    world = await startImageTagWorld({
      statusOf: (id) =>
        id === STACK_ID ? (isRollingBack ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'UPDATE_IN_PROGRESS') : undefined,
    });
    provider = world.startInstance(server.origin);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await server.stop();
  });

  test(`gets exactly one valid answer, and changes nothing (${EVENTS} mutations of real ones)`, async () => {
    const counts = { SUCCESS: 0, FAILED: 0 };
    const properties = { ParameterName: PARAMETER, RepositoryName: REPOSITORY };
    const answer = { tag: 'v0', parameterVersion: 1, ...repositoryMark(`${ECR_HOST}/${REPOSITORY}`) };
    const real = {
      ResourceType: IMAGE_TAG_TYPE,
      ResourceProperties: properties,
      OldResourceProperties: properties,
      PhysicalResourceId: rememberingId(imageTagCodec, { answer, properties }),
    };
    const unchanged = world.observe();
    await fc.assert(
      fc.asyncProperty(mutations(Object.keys(imageTagSchema)), fc.boolean(), async (mutation, rollback) => {
        isRollingBack = rollback;
        const requestId = crypto.randomUUID();
        const issued = server.issue({ stackId: STACK_ID, logicalId: 'Tag', requestId, region: REGION });
        const { PhysicalResourceId, OldResourceProperties, ...creation } = real;
        const update = { PhysicalResourceId, OldResourceProperties, ...creation };
        const isCreate = mutation.requestType === 'Create';
        const event = mutatedEvent(mutation, issued.url, isCreate ? creation : update);
        await provider.handler(event, testContext());
        counts[assertOneValidAnswer(event, issued)] += 1;
      }),
      { numRuns: EVENTS },
    );
    assert.deepEqual(world.observe(), unchanged);
    assert.deepEqual(world.violations(), []);
    assert.ok(counts.SUCCESS > EVENTS / 50, `${counts.SUCCESS} were accepted: the mutations are too wild`);
    assert.ok(counts.FAILED > EVENTS / 10, `${counts.FAILED} were refused: the mutations are too mild`);
  });
});
