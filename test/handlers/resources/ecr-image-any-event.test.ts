import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { ECR_IMAGE_TYPE, ecrImageSchema } from '../../../handlers/resources/ecr-image-properties.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import {
  ECR_HOST,
  type EcrImageWorld,
  REPOSITORY,
  SOURCE_HOST,
  startEcrImageWorld,
} from '../../support/ecr-image/ecr-image-world.ts';
import { assertOneValidAnswer, mutatedEvent, mutations } from '../../support/provider/any-event.ts';
import { STACK_ID } from '../../support/provider/events.ts';
import { REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';

const EVENTS = 1_000;

describe('any event of Custom::EcrImage', () => {
  let server: ResponseServer;
  let world: EcrImageWorld;
  let provider: TestProvider;
  beforeEach(async () => {
    server = await startResponseServer();
    world = await startEcrImageWorld();
    // Any word is an image of Docker Hub's, and a test goes nowhere but to this machine.
    const allowedSourceRegistries = [SOURCE_HOST];
    provider = world.startInstance({ responseOrigin: server.origin, allowedSourceRegistries });
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    await server.stop();
  });

  const SOURCES: Readonly<Record<string, () => { digest: string; properties: Record<string, string> }>> = {
    'an image': () => {
      const { digest } = world.images.one.root;
      return { digest, properties: { Source: world.sourceOf(digest), OnDelete: 'delete' } };
    },
    'the placeholder': () => {
      const { digest } = world.placeholders.present.images['linux/amd64'].descriptor;
      return { digest, properties: {} };
    },
  };
  for (const [source, askedFor] of Object.entries(SOURCES)) {
    test(`gets exactly one valid answer, and does no harm (${EVENTS} mutations of real ones for ${source})`, async () => {
      const counts = { SUCCESS: 0, FAILED: 0 };
      const { digest, properties: given } = askedFor();
      const properties = { RepositoryName: REPOSITORY, ...given };
      const real = {
        ResourceType: ECR_IMAGE_TYPE,
        ResourceProperties: properties,
        OldResourceProperties: properties,
        PhysicalResourceId: `${ECR_HOST}/${REPOSITORY}:initial@${digest}`,
      };
      await fc.assert(
        fc.asyncProperty(mutations(Object.keys(ecrImageSchema)), async (mutation) => {
          const requestId = crypto.randomUUID();
          const issued = server.issue({ stackId: STACK_ID, logicalId: 'Image', requestId, region: REGION });
          const { PhysicalResourceId, OldResourceProperties, ...creation } = real;
          const update = { PhysicalResourceId, OldResourceProperties, ...creation };
          const event = mutatedEvent(
            mutation,
            issued.url,
            mutation.requestType === 'Create' ? creation : update,
          );
          await provider.handler(event, testContext());
          counts[assertOneValidAnswer(event, issued)] += 1;
          // Whatever was asked: nothing but the source's image is ever in the repository.
          const digests = Object.values(world.observe().tags);
          assert.ok(digests.every((one) => one === digest));
        }),
        { numRuns: EVENTS },
      );
      assert.ok(counts.SUCCESS > EVENTS / 50, `${counts.SUCCESS} were accepted: the mutations are too wild`);
      assert.ok(counts.FAILED > EVENTS / 10, `${counts.FAILED} were refused: the mutations are too mild`);
      assert.deepEqual(world.violations(), []);
    });
  }
});
