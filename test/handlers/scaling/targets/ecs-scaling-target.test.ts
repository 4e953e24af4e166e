import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { EcsChange } from '../../../../handlers/scaling/decision/change.ts';
import type { EcsObservation } from '../../../../handlers/scaling/ecs/observation.ts';
import { EcsScalingTarget } from '../../../../handlers/scaling/targets/ecs-scaling-target.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { failing, startScriptedAws } from './scripted-aws.ts';

const NEVER = new AbortController().signal;
const BATCH = { kind: 'ecs', cluster: 'prod', service: 'batch' } as const;
const PERMITTED = [{ key: 'deploytime:scaling', value: 'true' }];
const SERVICE = {
  serviceArn: 'arn:aws:ecs:us-east-1:111122223333:service/prod/batch',
  serviceName: 'batch',
  status: 'ACTIVE',
  desiredCount: 3,
  runningCount: 2,
  pendingCount: 1,
  deployments: [
    {
      id: 'ecs-svc/2',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'ECS deployment ecs-svc/2 in progress.',
      failedTasks: 1,
    },
    { id: 'ecs-svc/1', status: 'ACTIVE', rolloutState: 'SOMETHING_NEW', failedTasks: 0 },
  ],
  tags: PERMITTED,
};
const BOUNDS = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/prod/batch',
  ScalableDimension: 'ecs:service:DesiredCount',
  MinCapacity: 2,
  MaxCapacity: 6,
};
const OBSERVATION: EcsObservation = {
  target: BATCH,
  arn: SERVICE.serviceArn,
  status: 'ACTIVE',
  desiredCount: 3,
  runningCount: 2,
  pendingCount: 1,
  deployments: [
    {
      id: 'ecs-svc/2',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'ECS deployment ecs-svc/2 in progress.',
      failedTasks: 1,
    },
    { id: 'ecs-svc/1', status: 'ACTIVE', failedTasks: 0 },
  ],
};

async function setUp(context: TestContext, { allowedServices }: { allowedServices?: RegExp } = {}) {
  const aws = await startScriptedAws(context);
  aws.script('DescribeServices', { result: { services: [SERVICE], failures: [] } });
  const target = new EcsScalingTarget({ clients: aws.clients, allowedServices, patience: QUICK_PATIENCE });
  return { aws, target };
}

describe('an ECS service', () => {
  test('is shown with its counts and deployments, and without bounds where it has no scalable target', async (context) => {
    const { aws, target } = await setUp(context);
    assert.deepEqual(await target.observe(BATCH, NEVER), OBSERVATION);
    assert.deepEqual(aws.calls, [
      { action: 'DescribeServices', input: { cluster: 'prod', services: ['batch'], include: ['TAGS'] } },
      {
        action: 'DescribeScalableTargets',
        input: {
          ServiceNamespace: 'ecs',
          ResourceIds: ['service/prod/batch'],
          ScalableDimension: 'ecs:service:DesiredCount',
        },
      },
    ]);
  });

  test('is shown with the bounds of its own scalable target', async (context) => {
    const { aws, target } = await setUp(context);
    const other = { ...BOUNDS, ResourceId: 'service/prod/other', MaxCapacity: 99 };
    aws.script('DescribeScalableTargets', { result: { ScalableTargets: [other, BOUNDS] } });
    assert.deepEqual(await target.observe(BATCH, NEVER), {
      ...OBSERVATION,
      scalableTarget: { minCapacity: 2, maxCapacity: 6 },
    });
  });

  for (const [says, answer] of [
    ['missing', { result: { services: [], failures: [{ arn: SERVICE.serviceArn, reason: 'MISSING' }] } }],
    ['inactive', { result: { services: [{ ...SERVICE, status: 'INACTIVE' }], failures: [] } }],
    ['of a cluster that is not there', failing('ClusterNotFoundException', 400, 'Cluster not found.')],
  ] as const) {
    test(`that is ${says} is not there`, async (context) => {
      const { aws, target } = await setUp(context);
      aws.script('DescribeServices', answer);
      assert.equal(await target.observe(BATCH, NEVER), undefined);
      assert.equal(aws.calls.length, 1);
    });
  }

  test('that is draining is shown as such', async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeServices', { result: { services: [{ ...SERVICE, status: 'DRAINING' }] } });
    assert.equal((await target.observe(BATCH, NEVER))?.status, 'DRAINING');
  });

  test('that ECS fails to describe is an error with its words', async (context) => {
    const { aws, target } = await setUp(context);
    const failures = [{ arn: SERVICE.serviceArn, reason: 'ODD', detail: 'a\nline' }];
    aws.script('DescribeServices', { result: { services: [], failures } });
    await assert.rejects(target.observe(BATCH, NEVER), {
      code: 'GeneralServiceException',
      message: 'ECS failed to describe the service batch of the cluster prod: ODD a line',
    });
  });

  test('that is shown without its counts is an error of ECS', async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeServices', { result: { services: [{ ...SERVICE, desiredCount: undefined }] } });
    await assert.rejects(target.observe(BATCH, NEVER), {
      code: 'GeneralServiceException',
      message: 'ECS described the service batch of the cluster prod without desiredCount',
    });
  });

  for (const [action, permission, words] of [
    ['DescribeServices', 'ecs:DescribeServices', 'ECS refused to describe the service batch'],
    [
      'DescribeScalableTargets',
      'application-autoscaling:DescribeScalableTargets',
      'Application Auto Scaling refused to describe the scalable target of the service batch',
    ],
  ] as const) {
    test(`that may not be read by ${action} says what the role needs`, async (context) => {
      const { aws, target } = await setUp(context);
      aws.script(action, failing('AccessDeniedException', 400, 'no'));
      await assert.rejects(target.observe(BATCH, NEVER), {
        code: 'AccessDenied',
        message: `${words} of the cluster prod: AccessDeniedException; the service's role needs ${permission} (no)`,
      });
    });

    test(`is read again by ${action} where that was throttled or broke`, async (context) => {
      const { aws, target } = await setUp(context);
      const result = action === 'DescribeServices' ? { services: [SERVICE] } : { ScalableTargets: [] };
      aws.script(action, failing('ThrottlingException'), 'reset', { result });
      assert.deepEqual(await target.observe(BATCH, NEVER), OBSERVATION);
    });
  }
});

const CHANGES: readonly [change: EcsChange, action: string, input: object, permission: string][] = [
  [
    { kind: 'set-desired-count', desiredCount: 12 },
    'UpdateService',
    { cluster: 'prod', service: 'batch', desiredCount: 12 },
    'ecs:UpdateService',
  ],
  [
    { kind: 'set-bounds', minCapacity: 0, maxCapacity: 12 },
    'RegisterScalableTarget',
    {
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: 'service/prod/batch',
      MinCapacity: 0,
      MaxCapacity: 12,
    },
    'application-autoscaling:RegisterScalableTarget',
  ],
];

describe('a change of an ECS service', () => {
  for (const [change, action, input, permission] of CHANGES) {
    test(`${change.kind} is one call of ${action}, with that and nothing else`, async (context) => {
      const { aws, target } = await setUp(context);
      assert.equal(await target.apply(OBSERVATION, change, NEVER), 'accepted');
      assert.deepEqual(aws.calls.slice(1), [{ action, input }]);
    });

    for (const [says, tags] of [
      ['without tags', undefined],
      ['with the tag on false', [{ key: 'deploytime:scaling', value: 'false' }]],
      ['with another tag', [{ key: 'scaling', value: 'true' }]],
    ] as const) {
      test(`${change.kind} of a service ${says} is not sent, and says which tag is to be set where`, async (context) => {
        const { aws, target } = await setUp(context);
        aws.script('DescribeServices', { result: { services: [{ ...SERVICE, tags }] } });
        assert.deepEqual(await target.apply(OBSERVATION, change, NEVER), {
          kind: 'access',
          message:
            "Nothing was changed: the service batch of the cluster prod does not carry the tag deploytime:scaling=true. Set it on the service itself; tags of its cluster and of its tasks don't count",
        });
        assert.deepEqual(
          aws.calls.map((call) => call.action),
          ['DescribeServices'],
        );
      });
    }

    test(`${change.kind} needs no tag where the service is allowed by its name`, async (context) => {
      const { aws, target } = await setUp(context, { allowedServices: /^ecs\/prod\/b/ });
      aws.script('DescribeServices', { result: { services: [{ ...SERVICE, tags: [] }] } });
      assert.equal(await target.apply(OBSERVATION, change, NEVER), 'accepted');
      const elsewhere = { ...OBSERVATION, target: { ...BATCH, cluster: 'test' } };
      const refusal = await target.apply(elsewhere, change, NEVER);
      assert.ok(refusal !== 'accepted' && refusal.kind === 'access');
    });

    test(`${change.kind} of a service that is gone is not sent`, async (context) => {
      const { aws, target } = await setUp(context);
      aws.script('DescribeServices', { result: { services: [], failures: [{ reason: 'MISSING' }] } });
      assert.deepEqual(await target.apply(OBSERVATION, change, NEVER), {
        kind: 'not-found',
        message: 'ECS has no service batch in the cluster prod',
      });
    });

    test(`${change.kind} is not sent where the tag could not be read`, async (context) => {
      const { aws, target } = await setUp(context);
      aws.script('DescribeServices', failing('AccessDeniedException'));
      const refusal = await target.apply(OBSERVATION, change, NEVER);
      assert.ok(refusal !== 'accepted' && refusal.kind === 'access');
      assert.match(refusal.message, /needs ecs:DescribeServices/);
      assert.equal(aws.calls.length, 1);
    });

    test(`${change.kind} is not sent where the time is up while the tag is read`, async (context) => {
      const { aws, target } = await setUp(context);
      const controller = new AbortController();
      const reached = () => controller.abort(new Error('the time is up'));
      aws.script('DescribeServices', { never: true, reached });
      await assert.rejects(target.apply(OBSERVATION, change, controller.signal), /^Error: the time is up$/);
      assert.equal(aws.calls.length, 1);
    });

    test(`${change.kind} that the role may not do names the action and the tag`, async (context) => {
      const { aws, target } = await setUp(context);
      aws.script(action, failing('AccessDeniedException', 400, 'no'));
      const refusal = await target.apply(OBSERVATION, change, NEVER);
      assert.ok(refusal !== 'accepted' && refusal.kind === 'access');
      const hint = `AccessDeniedException; the role may do ${permission} where the tag deploytime:scaling=true is on the service batch of the cluster prod (no)`;
      assert.ok(refusal.message.endsWith(hint), refusal.message);
    });

    for (const [says, answer] of [
      ['before the answer', 'reset'],
      ['within the answer', 'cut'],
    ] as const) {
      test(`${change.kind} is not sent again where it broke off ${says}`, async (context) => {
        const { aws, target } = await setUp(context);
        aws.script(action, answer);
        const refusal = await target.apply(OBSERVATION, change, NEVER);
        assert.ok(refusal !== 'accepted' && refusal.kind === 'unknown');
        assert.equal(aws.calls.filter((call) => call.action === action).length, 1);
      });
    }
  }
});
