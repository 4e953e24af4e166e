import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StackStatus } from '@aws-sdk/client-cloudformation';
import { decideStack, isAtRest, isDeployed, type StackDecision } from '../../../cli/deploy/stack-state.ts';

/* Every status that CloudFormation has; a deleted stack is none. */
const ACTIONS: Readonly<Record<Exclude<StackStatus, 'DELETE_COMPLETE'>, StackDecision['action']>> = {
  CREATE_COMPLETE: 'update',
  CREATE_FAILED: 'refuse',
  CREATE_IN_PROGRESS: 'refuse',
  DELETE_FAILED: 'refuse',
  DELETE_IN_PROGRESS: 'refuse',
  IMPORT_COMPLETE: 'update',
  IMPORT_IN_PROGRESS: 'refuse',
  IMPORT_ROLLBACK_COMPLETE: 'update',
  IMPORT_ROLLBACK_FAILED: 'refuse',
  IMPORT_ROLLBACK_IN_PROGRESS: 'refuse',
  REVIEW_IN_PROGRESS: 'create',
  ROLLBACK_COMPLETE: 'delete-and-create',
  ROLLBACK_FAILED: 'refuse',
  ROLLBACK_IN_PROGRESS: 'refuse',
  UPDATE_COMPLETE: 'update',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'refuse',
  UPDATE_FAILED: 'refuse',
  UPDATE_IN_PROGRESS: 'refuse',
  UPDATE_ROLLBACK_COMPLETE: 'update',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'refuse',
  UPDATE_ROLLBACK_FAILED: 'refuse',
  UPDATE_ROLLBACK_IN_PROGRESS: 'refuse',
};

const LEADS_ON: Readonly<Record<string, RegExp>> = {
  CREATE_FAILED: /aws cloudformation delete-stack --stack-name deploytime$/,
  DELETE_FAILED: /aws cloudformation delete-stack --stack-name deploytime$/,
  ROLLBACK_FAILED: /aws cloudformation delete-stack --stack-name deploytime$/,
  IMPORT_ROLLBACK_FAILED: /aws cloudformation delete-stack --stack-name deploytime$/,
  UPDATE_ROLLBACK_FAILED: /aws cloudformation continue-update-rollback --stack-name deploytime$/,
  UPDATE_FAILED: /aws cloudformation rollback-stack --stack-name deploytime$/,
  DELETE_IN_PROGRESS: /Try again when it is gone$/,
  UPDATE_IN_PROGRESS: /Try again when it is done: aws cloudformation describe-stacks/,
};

describe('what is done with a stack', () => {
  test('that is not there: it is created', () =>
    assert.deepEqual(decideStack(undefined), { action: 'create' }));

  for (const [status, action] of Object.entries(ACTIONS)) {
    test(`that is ${status}: ${action}`, () => {
      const decision = decideStack({ name: 'deploytime', id: 'arn', status, parameters: new Map() });
      assert.equal(decision.action, action);
      if (!('reason' in decision)) return;
      assert.ok(decision.reason.startsWith(`The stack deploytime is ${status}: `), decision.reason);
      assert.match(decision.reason, LEADS_ON[status] ?? /\w$/);
    });
  }

  test('every status of CloudFormation is decided on', () => {
    const known = Object.values(StackStatus).filter((status) => status !== 'DELETE_COMPLETE');
    assert.deepEqual(Object.keys(ACTIONS).toSorted(), known.toSorted());
  });

  test('an operation is over where nothing is in progress, and did it where nothing was taken back', () => {
    const deployed = Object.keys(ACTIONS).filter(isDeployed);
    assert.deepEqual(deployed, ['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
    assert.ok(deployed.every(isAtRest));
    assert.equal(isAtRest('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'), false);
  });
});
