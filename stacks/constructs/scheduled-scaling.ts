import type { Duration, TimeZone } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { checkScheduledScalingProps } from './scheduled-scaling-checks.ts';
import { allowScaling, allowScalingOf } from './scheduled-scaling-consent.ts';
import { scheduledScalingProperties } from './scheduled-scaling-properties.ts';
import type { ScalingTarget } from './scheduled-scaling-target.ts';
import { warnOfFixedCounts } from './scheduled-scaling-warnings.ts';
import { type ServiceRequestProps, serviceResource } from './service-request.ts';

/** What becomes of a window that is open when the resource is deleted. */
export type OnDeleteScaling = 'restore' | 'leave';
/** Whether a DocumentDB cluster runs. */
export type ClusterState = 'running' | 'stopped';

/** What is asked of a target; what is not named stays as it is. A target of one kind has none of the other's. */
export interface ScalingCapacity {
  /**
   * Of every instance of a DocumentDB cluster, as `db.r6g.2xlarge`.
   * @default - as it is
   */
  readonly instanceClass?: string;
  /**
   * Classes that are tried in turn where AWS has no capacity for `instanceClass`.
   * @default - none: without capacity the run fails, and the cluster stays as it was
   */
  readonly fallbackClasses?: string[];
  /**
   * All instances of a DocumentDB cluster, 1 to 16, also those that this service did not make; fewer than those is
   * refused.
   * @default - as it is
   */
  readonly instanceCount?: number;
  /**
   * Of a DocumentDB cluster. With `stopped` nothing else can be asked for.
   * @default - as it is
   */
  readonly state?: ClusterState;
  /**
   * Of a serverless DocumentDB cluster, in DocumentDB capacity units (DCU), in steps of 0.5; of an ECS service the
   * least number of tasks that its scalable target allows.
   * @default - as it is
   */
  readonly minCapacity?: number;
  /**
   * Of an ECS service: the greatest number of tasks that its scalable target allows.
   * @default - as it is
   */
  readonly maxCapacity?: number;
  /**
   * Of an ECS service that has no scalable target: its number of tasks.
   * @default - as it is
   */
  readonly desiredCount?: number;
  /**
   * Lets the single instance of a DocumentDB cluster be changed in place, and instances be restarted by
   * `minCapacity`; there and back.
   * @default false
   */
  readonly allowOutage?: boolean;
}

/** One target, and what it has while the scenario is open. */
export interface ScalingStep extends ScalingCapacity {
  /** No other step of the scenario has it. */
  readonly target: ScalingTarget;
  /**
   * What holds after the end, where it is not what was there before the start; what it doesn't name is restored.
   * @default - all is restored
   */
  readonly after?: ScalingCapacity;
}

/** What is scaled from each start to the end that follows it. Either `end` or `duration` is given. */
export interface ScalingScenario {
  /** In schedules, events and messages: 1 to 40 letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** `cron(…)` or `at(…)` as EventBridge Scheduler takes them, in the time zone of the resource. */
  readonly start: string;
  /**
   * The same: the first time after each start.
   * @default - `duration` says it
   */
  readonly end?: string;
  /**
   * Elapsed time from each start, in whole minutes, whatever the clocks on the wall do.
   * @default - `end` says it
   */
  readonly duration?: Duration;
  /**
   * Where two scenarios are open for one target, the higher wins it; equal ones that overlap are refused.
   * @default 0
   */
  readonly priority?: number;
  /**
   * Local dates on which it doesn't start, as `2026-12-31`.
   * @default - none
   */
  readonly except?: string[];
  /** In this order at the start, in reverse at the end. */
  readonly steps: ScalingStep[];
}

/** No scenario goes over these. */
export interface ScalingBounds {
  /**
   * Of a DocumentDB cluster.
   * @default - DocumentDB's own limit
   */
  readonly instanceCount?: number;
  /**
   * Of an ECS service: of its desired count, and of the bounds of its scalable target.
   * @default - ECS's own limit
   */
  readonly desiredCount?: number;
}

export interface ScheduledScalingProps extends ServiceRequestProps {
  /** Each has a name of its own. */
  readonly scenarios: ScalingScenario[];
  /**
   * In which the scenarios' times and dates are meant, with its daylight saving.
   * @default TimeZone.ETC_UTC
   */
  readonly timezone?: TimeZone;
  /**
   * Whether a target that no longer has what an open scenario asks for is brought back; with false it is reported.
   * @default true
   */
  readonly enforce?: boolean;
  /**
   * `restore`: what an open scenario has scaled comes back; `leave`: it stays as it is.
   * @default restore
   */
  readonly onDelete?: OnDeleteScaling;
  /** @default - none but AWS's own */
  readonly bounds?: ScalingBounds;
  /**
   * Any text: CloudFormation asks the service again when it changes. Schedules that somebody has changed or deleted are
   * as they should be then.
   * @default - none
   */
  readonly deploymentId?: string;
}

/**
 * `Custom::ScheduledScaling`: DocumentDB clusters and ECS services are larger during some hours, and as before
 * afterwards. Targets that this stack creates get the tag by which the service may scale them
 * (`deploytime:scaling=true`), and are there before the resource is; the owner of any other one tags it.
 *
 * A cluster and a service for a nightly batch:
 *
 * ```ts
 * new ScheduledScaling(this, 'Scaling', {
 *   timezone: TimeZone.ASIA_TOKYO,
 *   scenarios: [
 *     {
 *       name: 'nightly-batch',
 *       start: 'cron(30 0 * * ? *)',
 *       end: 'cron(0 5 * * ? *)',
 *       steps: [
 *         { target: ScalingTarget.documentDbCluster(orders), instanceClass: 'db.r6g.2xlarge' },
 *         { target: ScalingTarget.ecsService(batch), desiredCount: 12 },
 *       ],
 *     },
 *   ],
 * });
 * ```
 *
 * The steps are taken in order: the service gets its tasks when the cluster can bear them.
 * @throws Error in one sentence for values that are known at synthesis and not allowed.
 */
export class ScheduledScaling extends Construct {
  /**
   * Lets the service scale every DocumentDB cluster with its instances, and every ECS service, in this construct: the
   * tag by which it may. For targets that another stack's plan scales, where they are made.
   */
  static allow(scope: IConstruct): void {
    allowScaling(scope);
  }

  /** What executions are started with by hand, and what events and replicas carry. */
  readonly planId: string;
  /** The group of EventBridge Scheduler that has the plan's schedules. */
  readonly scheduleGroup: string;

  constructor(scope: Construct, id: string, props: ScheduledScalingProps) {
    super(scope, id);
    checkScheduledScalingProps(this, props);
    const resource = serviceResource(this, props, {
      provider: 'scheduled-scaling',
      resourceType: 'Custom::ScheduledScaling',
      properties: scheduledScalingProperties(props),
    });
    for (const target of resourcesOf(props)) {
      allowScalingOf(this, target);
      // They are looked at when the resource is created, and go after it.
      resource.node.addDependency(target);
    }
    warnOfFixedCounts(this, props);
    this.planId = resource.getAttString('PlanId');
    this.scheduleGroup = resource.getAttString('ScheduleGroup');
  }
}

/** Each once. */
function resourcesOf({ scenarios }: ScheduledScalingProps): ReadonlySet<IConstruct> {
  const targets = scenarios.flatMap(({ steps }) => steps.map(({ target }) => target));
  return new Set(targets.flatMap(({ resource }) => resource ?? []));
}
