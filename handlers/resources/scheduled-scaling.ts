import type { PropertiesOf } from '../cloudformation/properties.ts';
import type { Resource } from '../cloudformation/resource.ts';
import type { Answer } from '../cloudformation/response.ts';
import { SCHEDULED_SCALING_TYPE, scheduledScalingSchema } from '../scaling/plan/plan-properties.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import { deployPlan } from './scheduled-scaling-deployment.ts';
import { isPlanId, planIdOf } from './scheduled-scaling-id.ts';
import type { ScheduledScalingPorts } from './scheduled-scaling-ports.ts';
import { deletePlan } from './scheduled-scaling-removal.ts';

export type ScheduledScalingProperties = PropertiesOf<typeof scheduledScalingSchema>;

/** Keeps a plan, and the schedules that start its runs. It scales nothing itself: the runs do. */
export function scheduledScaling(ports: ScheduledScalingPorts): Resource<ScheduledScalingProperties> {
  return {
    type: SCHEDULED_SCALING_TYPE,
    schema: scheduledScalingSchema,
    undoesFailedCreates: true,
    create: async (request, _properties, { signal }) =>
      answerOf(await deployPlan(planIdOf(request), request, ports, signal)),
    update: async (request, _properties, { signal }) => {
      const { physicalResourceId } = request;
      const id = isPlanId(physicalResourceId) ? physicalResourceId : planIdOf(request);
      return answerOf(await deployPlan(id, request, ports, signal));
    },
    delete: (request, { signal }) => deletePlan(request, ports, signal),
  };
}

function answerOf({ plan, deployment }: StoredPlan): Answer {
  return {
    physicalResourceId: plan.id,
    attributes: { PlanId: plan.id, ScheduleGroup: deployment?.group ?? '' },
  };
}
