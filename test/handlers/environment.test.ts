import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readScalingEnvironment } from '../../handlers/environment.ts';

const COMPLETE = {
  DEPLOYTIME_SCALING_TABLE: 'deploytime-scaling',
  DEPLOYTIME_SCALING_STATE_MACHINE_ARN:
    'arn:aws:states:eu-west-1:111111111111:stateMachine:deploytime-scaling-run',
  DEPLOYTIME_SCALING_SCHEDULE_ROLE_ARN: 'arn:aws:iam::111111111111:role/deploytime-scaling-schedule',
  DEPLOYTIME_SCALING_DEAD_LETTER_ARN: 'arn:aws:sqs:eu-west-1:111111111111:deploytime-scaling-dead-letters',
};

describe('the environment of scheduled scaling', () => {
  test('is the table, the state machine, the role, the queue, and by default no patterns', () => {
    assert.deepEqual(readScalingEnvironment(COMPLETE), {
      tableName: COMPLETE.DEPLOYTIME_SCALING_TABLE,
      stateMachineArn: COMPLETE.DEPLOYTIME_SCALING_STATE_MACHINE_ARN,
      scheduleRoleArn: COMPLETE.DEPLOYTIME_SCALING_SCHEDULE_ROLE_ARN,
      deadLetterArn: COMPLETE.DEPLOYTIME_SCALING_DEAD_LETTER_ARN,
      scalableTargets: [],
    });
  });

  test('has patterns as a list', () => {
    const variables = { ...COMPLETE, DEPLOYTIME_SCALABLE_TARGETS: 'docdb/orders, ecs/prod/*,' };
    assert.deepEqual(readScalingEnvironment(variables).scalableTargets, ['docdb/orders', 'ecs/prod/*']);
  });

  for (const name of Object.keys(COMPLETE)) {
    test(`names ${name} where it is missing`, () => {
      assert.throws(() => readScalingEnvironment({ ...COMPLETE, [name]: '' }), {
        code: 'InternalFailure',
        message: `The environment variable ${name} is not set; deploy the service stack again`,
      });
    });
  }
});
