import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CfnParameter, Duration, Lazy, TimeZone } from 'aws-cdk-lib';
import { ScalingTarget } from '../../../stacks/constructs/scheduled-scaling-target.ts';
import {
  clusterIn,
  HERE,
  newStack,
  type Props,
  propertiesOf,
  scale,
  serviceIn,
  stepsOf,
} from './scaling-stack.ts';

describe('what ScheduledScaling refuses at synthesis', () => {
  const refused: [string, Props, RegExp][] = [
    [
      'no scenario',
      { scenarios: [] },
      /Scenarios: it has 0 elements, allowed is a list of 1 to 20 scenarios/,
    ],
    [
      'an expression',
      { scenarios: [{ start: 'rate(1 day)' }] },
      /\(nightly-batch\)\.Start: "rate\(1 day\)" can't be used/,
    ],
    [
      'a duration beside an end',
      { scenarios: [{ end: 'cron(0 5 * * ? *)', duration: Duration.hours(1) }] },
      /has End and Duration/,
    ],
    ['seconds', { scenarios: [{ duration: Duration.seconds(90) }] }, /"PT1M30S" has seconds/],
    ['a time zone', { timezone: TimeZone.of('Asia/Kyoto') }, /Timezone: "Asia\/Kyoto" is no name/],
    ['more than the bounds', { bounds: { desiredCount: 10 } }, /DesiredCount is 12, .*Bounds/],
    [
      'two scenarios that want one target',
      { scenarios: [{ name: 'one' }, { name: 'two' }] },
      /are both open for ecs\/prod\/batch at .* with Priority 0/,
    ],
    [
      'two hours of time',
      { serviceTimeout: Duration.hours(2) },
      /^Error: stack\/Scaling: serviceTimeout is 7200 seconds; it must be 1 to 3600 whole seconds$/,
    ],
  ];
  for (const [what, props, message] of refused) {
    it(`${what}, in a sentence that says where`, () => {
      assert.throws(() => scale(newStack(), props), message);
      assert.throws(() => scale(newStack(), props), /^Error: stack\/Scaling: /);
    });
  }

  it('a capacity that the target does not have, although only the deployment names the target', () => {
    const stack = newStack();
    const target = ScalingTarget.documentDbCluster(clusterIn(stack));
    assert.throws(
      () => stepsOf(stack, { target, instanceCount: 3, desiredCount: 12 }),
      /DesiredCount is of an ECS service, and stack\/Orders is a DocumentDB cluster/,
    );
  });

  it('one target twice, although only the deployment names it', () => {
    const stack = newStack();
    const target = () => ScalingTarget.ecsService(service);
    const service = serviceIn(stack);
    assert.throws(
      () => stepsOf(stack, { target: target(), desiredCount: 3 }, { target: target(), desiredCount: 4 }),
      /Target is stack\/Batch, which .* has already/,
    );
  });

  it('a target of another account', () => {
    const target = ScalingTarget.fromName('arn:aws:ecs:eu-west-1:222222222222:service/prod/batch');
    const props = { scenarios: [{ steps: [{ target, desiredCount: 3 }] }] };
    assert.throws(() => scale(newStack(HERE), props), /is in account 222222222222, .* 111111111111/);
    scale(newStack(), props);
  });

  it('nothing that is only known at deploy time', () => {
    const stack = newStack();
    const parameter = new CfnParameter(stack, 'Count', { type: 'Number' });
    const properties = propertiesOf(
      {
        serviceToken: Lazy.string({ produce: () => 'token' }),
        scenarios: [
          {
            start: Lazy.string({ produce: () => 'cron(later)' }),
            duration: Duration.minutes(parameter.valueAsNumber),
            steps: [
              {
                target: ScalingTarget.fromName(parameter.valueAsString),
                desiredCount: parameter.valueAsNumber,
              },
            ],
          },
        ],
      },
      stack,
    );
    assert.deepEqual(properties.Scenarios, [
      {
        Name: 'nightly-batch',
        Start: 'cron(later)',
        Duration: 'PT<Count>M',
        Steps: [{ Target: '<Count>', DesiredCount: '<Count>' }],
      },
    ]);
  });
});
