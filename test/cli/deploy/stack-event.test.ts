import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countDone, rootCauseIn, type StackEvent } from '../../../cli/deploy/stack-event.ts';

const STACK = 'deploytime';

/** `Role CREATE_FAILED why` */
function events(...lines: readonly string[]): StackEvent[] {
  return lines.map((line, index) => {
    const [logicalId = '', status = '', ...reason] = line.split(' ');
    const isOfStack = logicalId === STACK;
    return { id: `${index}`, at: index, logicalId, type: 'T', status, reason: reason.join(' '), isOfStack };
  });
}

describe('what failed first', () => {
  test('is the first resource that failed by itself, not one that was given up because of it', () => {
    const cause = rootCauseIn(
      events(
        `${STACK} CREATE_IN_PROGRESS User Initiated`,
        'Role CREATE_COMPLETE',
        'Queue CREATE_FAILED Resource creation cancelled',
        'Table CREATE_FAILED Table already exists: deploytime-scaling',
        'EcrImage CREATE_FAILED Resource creation cancelled',
        'Step CREATE_FAILED something later',
        `${STACK} ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Table, Queue].`,
        `${STACK} ROLLBACK_COMPLETE`,
      ),
    );
    assert.deepEqual(cause, {
      logicalId: 'Table',
      type: 'T',
      reason: 'Table already exists: deploytime-scaling',
    });
  });

  test('is one with a reason, where another has none', () => {
    const cause = rootCauseIn(events('Role UPDATE_FAILED', 'Table UPDATE_FAILED why'));
    assert.equal(cause?.logicalId, 'Table');
  });

  test('is the stack itself where no resource says why', () => {
    const cause = rootCauseIn(
      events('Role CREATE_FAILED Resource creation cancelled', `${STACK} CREATE_FAILED circular dependency`),
    );
    assert.equal(cause?.reason, 'circular dependency');
  });

  test('is unknown where nothing failed', () =>
    assert.equal(rootCauseIn(events('Role CREATE_COMPLETE')), undefined));
});

test('a resource is counted once, and the stack is none', () => {
  const told = [
    'Role UPDATE_COMPLETE',
    'Role DELETE_COMPLETE',
    'Table UPDATE_IN_PROGRESS',
    `${STACK} UPDATE_COMPLETE`,
  ];
  assert.equal(countDone(events(...told)), 1);
});
