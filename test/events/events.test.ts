import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findAnswerAddress, parseRequest } from '../../handlers/cloudformation/event.ts';
import {
  describeUndelivered,
  parseOnFailureRecord,
} from '../../handlers/cloudformation/on-failure-record.ts';
import { CREATE_FAILED_ID } from '../../handlers/cloudformation/physical-resource-id.ts';
import { readProperties } from '../../handlers/cloudformation/properties.ts';
import { checkResponseUrl, findRequestTime } from '../../handlers/cloudformation/response-url.ts';
import { parseStackId } from '../../handlers/cloudformation/stack-id.ts';
import { parseEcrImageId } from '../../handlers/resources/ecr-image-id.ts';
import { ECR_IMAGE_TYPE, ecrImageSchema } from '../../handlers/resources/ecr-image-properties.ts';

const EVENTS = join(import.meta.dirname, '..', '..', 'events');
const read = (path: string): unknown => JSON.parse(readFileSync(join(EVENTS, path), 'utf8'));

describe('the sample events of ecr-image', () => {
  const names = readdirSync(join(EVENTS, 'ecr-image'));

  test('there is one for each kind of request', () => {
    assert.deepEqual(names.toSorted(), [
      'create.json',
      'delete-after-failed-create.json',
      'delete.json',
      'replace.json',
      'roll-back.json',
      'update.json',
    ]);
  });

  for (const name of names) {
    test(`${name} is a request as CloudFormation sends it`, () => {
      const request = parseRequest(read(`ecr-image/${name}`));
      assert.equal(request.resourceType, ECR_IMAGE_TYPE);
      const stack = parseStackId(request.stackId);
      assert.ok(stack);
      checkResponseUrl(request.responseUrl, { region: stack.region, urlSuffix: 'amazonaws.com' });
      assert.ok(findRequestTime(request.responseUrl));
      readProperties(ECR_IMAGE_TYPE, ecrImageSchema, request.properties);
      if (request.requestType === 'Create') return;
      const { physicalResourceId } = request;
      assert.ok(physicalResourceId === CREATE_FAILED_ID || parseEcrImageId(physicalResourceId)?.digest);
    });
  }
});

test('the sample record of undelivered is one of a function that ran out of time', () => {
  const record = parseOnFailureRecord(read('undelivered/timed-out.json'));
  assert.ok(findAnswerAddress(record.event));
  assert.match(
    describeUndelivered(record).message,
    /ended at its time limit: Task timed out after 900.00 seconds/,
  );
});
