import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findAnswerAddress, parseRequest, type RawProperties } from '../../handlers/cloudformation/event.ts';
import {
  describeUndelivered,
  parseOnFailureRecord,
} from '../../handlers/cloudformation/on-failure-record.ts';
import { CREATE_FAILED_ID } from '../../handlers/cloudformation/physical-resource-id.ts';
import { readProperties } from '../../handlers/cloudformation/properties.ts';
import { checkResponseUrl, findRequestTime } from '../../handlers/cloudformation/response-url.ts';
import { parseStackId } from '../../handlers/cloudformation/stack-id.ts';
import { parseMemory } from '../../handlers/resources/answer-memory.ts';
import { parseEcrImageId } from '../../handlers/resources/ecr-image-id.ts';
import { ECR_IMAGE_TYPE, ecrImageSchema } from '../../handlers/resources/ecr-image-properties.ts';
import { ecrImageRules } from '../../handlers/resources/ecr-image-source.ts';
import { imageTagCodec } from '../../handlers/resources/image-tag-answer.ts';
import {
  IMAGE_TAG_TYPE,
  imageTagRules,
  imageTagSchema,
} from '../../handlers/resources/image-tag-properties.ts';
import { layerAnswerCodec } from '../../handlers/resources/layer-fingerprint-memory.ts';
import {
  LAYER_FINGERPRINT_TYPE,
  layerFingerprintRules,
  layerFingerprintSchema,
} from '../../handlers/resources/layer-fingerprint-properties.ts';
import { isPlanId } from '../../handlers/resources/scheduled-scaling-id.ts';
import { SCHEDULED_SCALING_TYPE } from '../../handlers/scaling/plan/plan-properties.ts';
import { readPlan } from '../../handlers/scaling/plan/plan-reader.ts';
import { readSample, sampleNames } from './sample-events.ts';

/** What a function's sample events are held against. */
interface SampledType {
  readonly type: string;
  /** Throws for what the type does not take. */
  readonly check: (properties: RawProperties) => unknown;
  /** Whether it is an id as this type writes them. */
  readonly isOwnId: (physicalResourceId: string) => boolean;
  readonly names: readonly string[];
}

const TYPES: Readonly<Record<string, SampledType>> = {
  'ecr-image': {
    type: ECR_IMAGE_TYPE,
    check: (properties) => readProperties(ECR_IMAGE_TYPE, ecrImageSchema, properties, ecrImageRules),
    isOwnId: (id) => parseEcrImageId(id)?.digest !== undefined,
    names: [
      'create',
      'create-from-source',
      'delete',
      'delete-after-failed-create',
      'replace',
      'roll-back',
      'update',
    ],
  },
  'image-tag': {
    type: IMAGE_TAG_TYPE,
    check: (properties) => readProperties(IMAGE_TAG_TYPE, imageTagSchema, properties, imageTagRules),
    isOwnId: (id) => parseMemory(imageTagCodec, id) !== undefined,
    names: [
      'create',
      'create-with-default',
      'delete',
      'delete-after-failed-create',
      'deploy-again',
      'roll-back',
      'update',
    ],
  },
  'layer-fingerprint': {
    type: LAYER_FINGERPRINT_TYPE,
    check: (properties) =>
      readProperties(LAYER_FINGERPRINT_TYPE, layerFingerprintSchema, properties, layerFingerprintRules),
    isOwnId: (id) => parseMemory(layerAnswerCodec, id) !== undefined,
    names: [
      'create',
      'create-by-name',
      'create-by-version',
      'delete',
      'delete-after-failed-create',
      'deploy-again',
      'roll-back',
      'update',
    ],
  },
  'scheduled-scaling': {
    type: SCHEDULED_SCALING_TYPE,
    check: (properties) => readPlan({ id: 'NightlyBatch', properties, now: Date.parse('2026-11-20') }),
    isOwnId: isPlanId,
    names: ['create', 'delete', 'delete-after-failed-create', 'deploy-again', 'roll-back', 'update'],
  },
};

for (const [functionName, { type, check, isOwnId, names }] of Object.entries(TYPES)) {
  describe(`the sample events of ${functionName}`, () => {
    test('there is one for each kind of request', () => {
      assert.deepEqual(sampleNames(functionName), names);
    });

    for (const name of names) {
      test(`${name} is a request as CloudFormation sends it`, () => {
        const request = parseRequest(readSample(`${functionName}/${name}`));
        assert.equal(request.resourceType, type);
        const stack = parseStackId(request.stackId);
        assert.ok(stack);
        checkResponseUrl(request.responseUrl, { region: stack.region, urlSuffix: 'amazonaws.com' });
        assert.ok(findRequestTime(request.responseUrl));
        assert.ok(request.responseUrl.includes(`%7C${request.logicalResourceId}%7C${request.requestId}?`));
        check(request.properties);
        if (request.requestType === 'Update') check(request.oldProperties);
        if (request.requestType === 'Create') return;
        const { physicalResourceId } = request;
        assert.ok(physicalResourceId === CREATE_FAILED_ID || isOwnId(physicalResourceId));
      });
    }
  });
}

test('the sample record of undelivered is one of a function that ran out of time', () => {
  const record = parseOnFailureRecord(readSample('undelivered/timed-out'));
  assert.ok(findAnswerAddress(record.event));
  assert.match(
    describeUndelivered(record).message,
    /ended at its time limit: Task timed out after 900.00 seconds/,
  );
});
