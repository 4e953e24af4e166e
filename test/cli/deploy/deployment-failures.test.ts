import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliError } from '../../../cli/cli-error.ts';
import { DeployTestWorld, person } from './deploy-world.ts';

const NO_CHANGES = {
  status: 'FAILED',
  reason: "The submitted information didn't contain changes.",
  changes: [],
};

describe('a deployment that fails', () => {
  const failed = (status: string, before: string | undefined) =>
    new DeployTestWorld({
      ...(before && { status: before }),
      execution: [
        {
          status,
          events: [
            'Table CREATE_FAILED Resource creation cancelled',
            'Role UPDATE_FAILED Policy is too long.',
            `deploytime ${status}`,
          ],
        },
      ],
    });

  const ends: readonly (readonly [status: string, before: string | undefined, leadsOn: RegExp])[] = [
    ['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE', /What was deployed before is there again$/],
    ['UPDATE_ROLLBACK_FAILED', 'UPDATE_COMPLETE', /continue-update-rollback --stack-name deploytime$/],
    ['ROLLBACK_COMPLETE', undefined, /deploytime deploy deletes the empty stack and begins again$/],
    ['ROLLBACK_FAILED', undefined, /delete-stack --stack-name deploytime$/],
  ];
  for (const [status, before, leadsOn] of ends) {
    test(`as ${status} says what failed first, and how to go on`, async () => {
      await assert.rejects(failed(status, before).deploy(), (error: CliError) => {
        assert.equal(error.code, 'DeploymentFailed');
        assert.ok(
          error.message.startsWith(
            `The stack deploytime is ${status}: Role (AWS::A::B) failed first: Policy is too long. `,
          ),
          error.message,
        );
        assert.match(error.message, leadsOn);
        return true;
      });
    });
  }

  test('to be started is as if it had not been begun', async () => {
    const world = new DeployTestWorld({
      faults: {
        'changeSets.execute': () => {
          throw new CliError('AccessDenied', 'no');
        },
      },
    });
    await assert.rejects(world.deploy(), { code: 'AccessDenied', message: 'no' });
    assert.deepEqual(world.log.slice(-3), ['changeSets.remove', 'stacks.remove', 'with token withdraw-2']);
  });

  test('to be followed goes on without the command, which says so', async () => {
    let looks = 0;
    const world = new DeployTestWorld({
      status: 'CREATE_COMPLETE',
      execution: [{ status: 'UPDATE_IN_PROGRESS' }],
      faults: {
        'stacks.newEvents': () => {
          looks += 1;
          if (looks > 2) throw new CliError('Unreachable', 'CloudFormation in eu-central-1 was not reached');
        },
      },
    });
    await assert.rejects(world.deploy(), {
      code: 'Unreachable',
      message:
        /^CloudFormation in eu-central-1 was not reached while CloudFormation updates the stack deploytime, which goes on without this command\. Watch it: /,
    });
    assert.ok(!world.log.includes('changeSets.remove'));
  });

  test('to come to an end in an hour is left to itself', async () => {
    const world = new DeployTestWorld({
      status: 'CREATE_COMPLETE',
      execution: [{ status: 'UPDATE_IN_PROGRESS' }],
    });
    await assert.rejects(world.deploy(), {
      code: 'DeploymentFailed',
      message:
        /still UPDATE_IN_PROGRESS after 60 minutes while CloudFormation updates the stack deploytime, which goes on/,
    });
  });
});

describe('somebody who interrupts', () => {
  test('before anything was made is told just that', async () => {
    const world: DeployTestWorld = new DeployTestWorld({
      faults: { 'buckets.put': () => world.interrupt() },
    });
    await assert.rejects(world.deploy(), { code: 'Interrupted', message: 'Interrupted' });
  });

  test('before it was agreed to leaves nothing behind', async () => {
    const world: DeployTestWorld = new DeployTestWorld({
      confirmation: { confirm: async () => world.interrupt() },
    });
    await assert.rejects(world.deploy(), {
      code: 'Interrupted',
      message: 'Interrupted: nothing was deployed',
    });
    assert.deepEqual(world.log.slice(-3), ['changeSets.remove', 'stacks.remove', 'with token withdraw-2']);
  });

  for (const [status, sentence] of [
    [
      undefined,
      /creates the stack deploytime, which goes on .* delete-stack --stack-name deploytime takes it back$/,
    ],
    [
      'UPDATE_COMPLETE',
      /updates the stack deploytime, which goes on .* cancel-update-stack --stack-name deploytime takes it back$/,
    ],
  ] as const) {
    test(`once CloudFormation ${status === undefined ? 'creates' : 'updates'} is told what goes on and how to take it back`, async () => {
      const world: DeployTestWorld = new DeployTestWorld({
        ...(status && { status }),
        execution: [{ status: 'X_IN_PROGRESS' }],
        faults: { 'changeSets.execute': () => world.interrupt() },
      });
      await assert.rejects(world.deploy(), { code: 'Interrupted', message: sentence });
      assert.ok(!world.log.includes('changeSets.remove'));
    });
  }
});

describe('what can not be cleared away', () => {
  const faults = {
    'changeSets.remove': () => {
      throw new CliError('Unreachable', 'not reached');
    },
  };
  const left =
    'A change set of deploytime that is not used could not be deleted, and does no harm (not reached)';

  test('is said beside the reason, which counts', async () => {
    const world = new DeployTestWorld({ confirmation: person(() => false), faults });
    await assert.rejects(world.deploy(), { code: 'NotConfirmed', message: `no. ${left}` });
  });

  test('is said beside the result', async () => {
    assert.equal((await new DeployTestWorld({ faults }).deploy({ dryRun: true })).left, left);
    const same = new DeployTestWorld({ status: 'CREATE_COMPLETE', changeSet: [NO_CHANGES], faults });
    assert.equal((await same.deploy()).left, left);
  });
});
