import type { RespondPolicy } from '../../../handlers/cloudformation/respond.ts';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from '../../../handlers/cloudformation/stack-status-store.ts';
import { scheduledScaling } from '../../../handlers/resources/scheduled-scaling.ts';
import type { ScheduledScalingPorts } from '../../../handlers/resources/scheduled-scaling-ports.ts';
import { targetName } from '../../../handlers/scaling/plan/plan.ts';
import { EventBridgeScheduleStore } from '../../../handlers/scaling/store/schedule-store.ts';
import { createSchedulerClient } from '../../../handlers/scaling/store/scheduler-api-store.ts';
import { AwsTargetSurveyor } from '../../../handlers/scaling/targets/aws-target-surveyor.ts';
import { createScalingClients } from '../../../handlers/scaling/targets/scaling-clients.ts';
import { scalingTargets } from '../../../handlers/scaling/targets/scaling-targets.ts';
import { type StackStatusApi, startStackStatusApi } from '../cloudformation/stack-status-api.ts';
import { QUICK_PATIENCE } from '../provider/patience.ts';
import { ACCOUNT_ID, buildProvider, REGION, type TestProvider } from '../provider/provider.ts';
import { startScalingSimulator } from '../scaling/simulator.ts';
import type { CapacitySnapshot } from '../scaling/simulator-capacity.ts';
import type { SimulatorWorld } from '../scaling/simulator-world.ts';
import { VirtualClock } from '../scaling/virtual-clock.ts';
import { type SchedulerApi, startSchedulerApi } from '../scheduler-api/scheduler-api.ts';
import { type Interruption, interruptedPorts } from './interrupted-ports.ts';
import { PlannedStore } from './planned-store.ts';
import { PlayedRuns } from './played-runs.ts';

export const STATE_MACHINE_ARN = `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:deploytime-scaling-run`;
export const SETTING = {
  stateMachineArn: STATE_MACHINE_ARN,
  roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/deploytime-scaling-schedule`,
  deadLetterArn: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:deploytime-scaling-dead-letters`,
};
/** Friday, in the middle of the night. */
export const NOW = Date.parse('2026-11-20T02:00:00Z');
/** With them a target may be scaled. */
export const TAGS = { 'deploytime:scaling': 'true' };

/**
 * An account with a cluster of two instances (`orders`), a service (`prod/batch`, two tasks) and one with a scalable
 * target (`prod/reports`, 1 to 3), all of them tagged; EventBridge Scheduler, a table, and a state machine whose
 * executions are played on a virtual clock; and instances of the function.
 */
export interface ScheduledScalingWorld extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly account: SimulatorWorld;
  readonly scheduler: SchedulerApi;
  readonly statuses: StackStatusApi;
  readonly plans: PlannedStore;
  readonly runs: PlayedRuns;
  /** What every instance works with. */
  readonly ports: ScheduledScalingPorts;
  /** What comes between an instance and its ports. Default: nothing. */
  interruption: Interruption | undefined;
  /** Another instance of the function, with nothing remembered. */
  startInstance(responseOrigin: string): TestProvider;
  /** What there is right now. */
  look(): Promise<Look>;
  /** What there is once everything that goes on has come to its end. */
  observe(): Promise<Look>;
  /** Plans, groups and schedules are gone, behind everybody's back. */
  vanish(): Promise<void>;
  /** What the instances logged, lifecycle and all. */
  log(): string;
  /** What any of the servers found fault with. */
  violations(): string[];
}

export interface Look {
  readonly plans: readonly unknown[];
  /** Groups that are not being deleted, with their schedules by name. */
  readonly groups: readonly Readonly<Record<string, object>>[];
  /** Short names of what is recorded, by plan. */
  readonly recorded: readonly string[];
  readonly capacity: CapacitySnapshot;
}

export interface ScheduledScalingWorldOptions {
  /** A stack's present status, as CloudFormation tells it. Default: every stack is in UPDATE_IN_PROGRESS. */
  readonly statusOf?: (stackId: string) => string | undefined;
  /** Default: NOW. */
  readonly now?: number;
  /** The service stack's. Default: none. */
  readonly scalableTargets?: readonly string[];
  /** How the instances answer. Default: QUICK_POLICY. */
  readonly respondPolicy?: RespondPolicy;
}

export async function startScheduledScalingWorld(
  options: ScheduledScalingWorldOptions = {},
): Promise<ScheduledScalingWorld> {
  const { statusOf = () => 'UPDATE_IN_PROGRESS', now = NOW, scalableTargets = [] } = options;
  const clock = new VirtualClock(now);
  const simulator = await startScalingSimulator();
  const account = simulator.world({ clock });
  givenTargets(account);
  const scheduler = await startSchedulerApi({ clock: () => clock.now });
  const statuses = await startStackStatusApi({ statusOf, region: REGION });
  const plans = new PlannedStore();

  const local = {
    region: REGION,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  };
  const schedulerClient = createSchedulerClient({ ...local, endpoint: scheduler.origin });
  const cloudFormation = createCloudFormationClient({ ...local, endpoint: statuses.origin });
  const targetsOf = (caller: string) => {
    const configuration = account.configuration(caller);
    return createScalingClients({
      documentDb: configuration,
      ecs: configuration,
      autoScaling: configuration,
    });
  };
  const clients = targetsOf('scheduled-scaling');
  const runs = new PlayedRuns({
    clock,
    ports: {
      store: plans,
      targets: scalingTargets({ clients: targetsOf('scaling-step'), allowedServices: /^$/ }),
    },
    schedules: () => scheduler.account.schedules,
  });
  const lines: string[] = [];
  const write = (message: string, fields: Record<string, unknown>): void => {
    const { error, ...rest } = fields;
    lines.push(`${message} ${JSON.stringify(rest)} ${error ?? ''}`);
  };
  const ports: ScheduledScalingPorts = {
    plans,
    schedules: new EventBridgeScheduleStore(schedulerClient, QUICK_PATIENCE),
    runs,
    targets: new AwsTargetSurveyor({ clients, scalableTargets, patience: QUICK_PATIENCE }),
    statuses: new CloudFormationStackStatuses(cloudFormation, { warn: write }),
    setting: SETTING,
    place: { partition: 'aws', region: REGION, accountId: ACCOUNT_ID },
    clock: () => clock.now,
    log: { info: write, warn: write },
  };
  const instances: TestProvider[] = [];
  const close = async (): Promise<void> => {
    schedulerClient.destroy();
    cloudFormation.destroy();
    await Promise.all(instances.map((instance) => instance.close()));
    await Promise.all([simulator.close(), scheduler.close(), statuses.close()]);
  };
  const look = async (): Promise<Look> => ({
    // What was is no part of what is.
    plans: (await plans.listPlans()).map(({ deployment: _, formerTargets: __, ...stored }) => stored),
    groups: scheduler.account.groups
      .filter(({ Name, State }) => Name !== 'default' && State === 'ACTIVE')
      .map(({ Name }) => schedulesIn(scheduler, Name)),
    recorded: await recordedIn(plans),
    capacity: account.capacity(),
  });
  const world: ScheduledScalingWorld = {
    clock,
    account,
    scheduler,
    statuses,
    plans,
    runs,
    ports,
    interruption: undefined,
    startInstance: (responseOrigin) => {
      const between: Interruption = (call, when) => world.interruption?.(call, when);
      const instance = buildProvider(scheduledScaling(interruptedPorts(ports, between)), {
        responseOrigin,
        ...(options.respondPolicy && { policy: options.respondPolicy }),
      });
      instances.push(instance);
      return instance;
    },
    look,
    observe: async () => {
      await runs.settle();
      scheduler.account.finishDeletions();
      return look();
    },
    vanish: async () => {
      for (const { plan } of await plans.listPlans()) {
        await plans.updatePlan(plan.id, (stored) => ({ ...stored, status: 'removed' }));
        await plans.deletePlan(plan.id);
      }
      scheduler.account.finishDeletions();
      for (const { Name } of scheduler.account.groups) {
        if (Name !== 'default') scheduler.account.deleteGroup(Name);
      }
      scheduler.account.finishDeletions();
    },
    log: () => [...lines, ...instances.flatMap(({ log }) => log.lines)].join('\n'),
    violations: () => [...account.journal.violations, ...scheduler.violations, ...statuses.violations],
    [Symbol.asyncDispose]: close,
  };
  return world;
}

/** The cluster and the services of the world. */
export function givenTargets({ given }: SimulatorWorld): void {
  given.cluster({
    id: 'orders',
    instances: ['orders-1', 'orders-2'].map((id) => ({ id, instanceClass: 'db.r6g.large', tags: TAGS })),
    tags: TAGS,
  });
  given.service({ cluster: 'prod', name: 'batch', desiredCount: 2, tags: TAGS });
  given.service({
    cluster: 'prod',
    name: 'reports',
    desiredCount: 2,
    bounds: { minCapacity: 1, maxCapacity: 3 },
    tags: TAGS,
  });
}

/** Without what no two of them have in common: ARNs, dates, the group's name. */
function schedulesIn({ account }: SchedulerApi, group: string): Record<string, object> {
  return Object.fromEntries(
    account.schedules
      .filter(({ GroupName }) => GroupName === group)
      .map(({ Name, GroupName: _, Arn: __, CreationDate: ___, LastModificationDate: ____, ...rest }) => [
        Name,
        rest,
      ]),
  );
}

async function recordedIn(plans: PlannedStore): Promise<readonly string[]> {
  const recorded: string[] = [];
  for (const target of TARGETS) {
    const { record } = await plans.getTargetState(target);
    if (record !== undefined) recorded.push(`${targetName(target)} by ${record.plan}`);
  }
  return recorded;
}

const TARGETS = [
  { kind: 'docdb', clusterId: 'orders' },
  { kind: 'ecs', cluster: 'prod', service: 'batch' },
  { kind: 'ecs', cluster: 'prod', service: 'reports' },
] as const;
