import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  hashOfPlanProperties,
  isPlanId,
  markOf,
  planIdOf,
  scheduleGroupOf,
} from '../../../handlers/resources/scheduled-scaling-id.ts';
import { STACK_ID } from '../../support/provider/events.ts';

const URL = 'https://host/path?X-Amz-Date=20261120T010203Z&X-Amz-Signature=0';

describe('the id of a plan', () => {
  test('has the logical id in front, and is the same for the same resource', () => {
    const id = planIdOf({ stackId: STACK_ID, logicalResourceId: 'NightlyBatch' });
    assert.match(id, /^NightlyBatch-[0-9a-f]{8}$/);
    assert.equal(planIdOf({ stackId: STACK_ID, logicalResourceId: 'NightlyBatch' }), id);
    assert.notEqual(planIdOf({ stackId: `${STACK_ID}x`, logicalResourceId: 'NightlyBatch' }), id);
  });

  test('is told from any other id, and its group has a name that EventBridge Scheduler takes', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.string(),
        (stackId, logicalId, requestId) => {
          const id = planIdOf({ stackId, logicalResourceId: logicalId });
          assert.ok(isPlanId(id), id);
          assert.match(
            scheduleGroupOf(id, markOf({ requestId, responseUrl: URL }, 0)),
            /^deploytime-[0-9A-Za-z-]{1,45}-[0-9a-f]{8}$/,
          );
        },
      ),
    );
    for (const other of [
      '',
      'x',
      'shop-Nightly-1A2B3C4D5E6F',
      'deploytime::create-failed',
      'Nightly-0123456',
    ]) {
      assert.ok(!isPlanId(other), other);
    }
    const longest = planIdOf({ stackId: STACK_ID, logicalResourceId: 'L'.repeat(255) });
    assert.equal(scheduleGroupOf(longest, markOf({ requestId: 'r', responseUrl: URL }, 0)).length, 64);
  });
});

describe('a request', () => {
  test('is told by its ResponseURL, since its id is used again', () => {
    const mark = markOf({ requestId: 'r', responseUrl: URL }, 0);
    assert.deepEqual(markOf({ requestId: 'r', responseUrl: URL }, 5), mark);
    assert.notEqual(markOf({ requestId: 'r', responseUrl: `${URL}1` }, 0).request, mark.request);
    assert.notEqual(markOf({ requestId: 's', responseUrl: URL }, 0).request, mark.request);
  });

  test('was made when its URL was signed, or now where that is not said', () => {
    assert.equal(
      markOf({ requestId: 'r', responseUrl: URL }, 0).requestedAt,
      Date.parse('2026-11-20T01:02:03Z'),
    );
    assert.equal(markOf({ requestId: 'r', responseUrl: 'http://host/' }, 5).requestedAt, 5);
  });
});

test('properties that ask for the same plan are told by the same hash', () => {
  const hash = hashOfPlanProperties({ Timezone: 'UTC', Scenarios: [] });
  const more = { DeploymentId: '2', ServiceToken: 'arn', ServiceTimeout: '60' };
  assert.equal(hashOfPlanProperties({ Scenarios: [], Timezone: 'UTC', ...more }), hash);
  assert.notEqual(hashOfPlanProperties({ Timezone: 'UTC', Scenarios: ['x'] }), hash);
});
