import type { StackRemovals, StackStatuses } from '../cloudformation/stack-status.ts';
import type { TargetSurveyor } from '../scaling/deployment/target-survey.ts';
import type { Place } from '../scaling/plan/target-name.ts';
import type { ExecutionStore } from '../scaling/store/execution-store.ts';
import type { ScheduleSetting } from '../scaling/store/plan-schedules.ts';
import type { PlanStore } from '../scaling/store/plan-store.ts';
import type { PlanWriter } from '../scaling/store/plan-writer.ts';
import type { ScheduleGroupStore, ScheduleStore } from '../scaling/store/schedule-store.ts';
import type { Instant } from '../scaling/time/instant.ts';

/** What Custom::ScheduledScaling works with. */
export interface ScheduledScalingPorts {
  readonly plans: Pick<PlanStore, 'findPlan' | 'listPlans' | 'listRecorded' | 'getTargetState'> &
    Pick<PlanWriter, 'putPlan' | 'updatePlan' | 'deletePlan'>;
  readonly schedules: ScheduleStore & ScheduleGroupStore;
  readonly runs: ExecutionStore;
  readonly targets: TargetSurveyor;
  readonly statuses: StackStatuses & StackRemovals;
  /** What schedules start, and with which role. */
  readonly setting: Omit<ScheduleSetting, 'group' | 'now'>;
  /** Where this function runs. */
  readonly place: Place;
  readonly clock: () => Instant;
  readonly log: {
    info(message: string, fields: Record<string, unknown>): void;
    warn(message: string, fields: Record<string, unknown>): void;
  };
}
