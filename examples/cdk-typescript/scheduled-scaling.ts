import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { ScalingTarget, ScheduledScaling } from 'deploytime';

// Both are there already, and carry the tag deploytime:scaling=true.
const database = ScalingTarget.fromName('docdb/shop');
const tasks = ScalingTarget.fromName('ecs/prod/shop');
const steps = [
  { target: database, instanceCount: 3 },
  { target: tasks, desiredCount: 12 },
];
new ScheduledScaling(new Stack(new App(), 'scheduled-scaling-example'), 'Scaling', {
  timezone: TimeZone.ASIA_TOKYO,
  scenarios: [{ name: 'nightly-batch', start: 'cron(30 0 * * ? *)', end: 'cron(0 5 * * ? *)', steps }],
});
