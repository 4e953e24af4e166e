import {
  documentDbCapacitySchema,
  ecsCapacitySchema,
  stepSchema,
} from '../handlers/scaling/plan/capacity-properties.ts';
import {
  boundsSchema,
  type SCHEDULED_SCALING_ATTRIBUTES,
  SCHEDULED_SCALING_TYPE,
  scheduledScalingSchema,
} from '../handlers/scaling/plan/plan-properties.ts';
import { scenarioSchema } from '../handlers/scaling/plan/scenario-properties.ts';
import type { InnerProperties, ResourceTypeReference } from './resource-type.ts';

const documentDbStep: InnerProperties = {
  schema: { ...stepSchema(), ...documentDbCapacitySchema },
  within: { After: [{ schema: documentDbCapacitySchema }] },
};
const ecsStep: InnerProperties = {
  schema: { ...stepSchema(), ...ecsCapacitySchema },
  within: { After: [{ schema: ecsCapacitySchema }] },
};

export const scheduledScaling: ResourceTypeReference<(typeof SCHEDULED_SCALING_ATTRIBUTES)[number]> = {
  type: SCHEDULED_SCALING_TYPE,
  name: 'scheduled-scaling',
  schema: scheduledScalingSchema,
  within: {
    Bounds: [{ schema: boundsSchema }],
    Scenarios: [{ schema: scenarioSchema, within: { Steps: [documentDbStep, ecsStep] } }],
  },
  nested: [
    { name: 'Bounds', schema: boundsSchema },
    { name: 'Scenarios', schema: scenarioSchema },
    { name: 'Steps', schema: stepSchema() },
    { name: 'Steps of a DocumentDB cluster', schema: documentDbCapacitySchema },
    { name: 'Steps of an ECS service', schema: ecsCapacitySchema },
  ],
  common: {
    ServiceTimeout: 'It bounds the deployment, not the runs: 900 is enough.',
    DeploymentId: 'Schedules that somebody has changed or deleted are put right then.',
  },
  attributes: {
    PlanId:
      "the plan's id, `<logical id>-<8 hex>`, which is also the physical id: it stays for as long as the resource does, through every update. Calls by hand name it",
    ScheduleGroup: "the group of EventBridge Scheduler with the plan's schedules",
  },
  errors: {
    InvalidRequest:
      "a property is wrong; a target lacks the tag, can't have what is asked, or is another plan's; a class can't be ordered",
    NotFound: 'targets are not there: made by the same stack, they need `DependsOn`',
    AccessDenied: "the function's role was narrowed; the message names the action",
    AlreadyExists:
      "the plan's schedule group was deleted by hand, and is still going: deploy again some minutes later",
    ServiceLimitExceeded: "the account's quota of schedule groups (500)",
    NotStabilized: 'a later request has changed or deleted the plan meanwhile; ServiceTimeout was too short',
    Throttling: 'an API asked to slow down for as long as there was time',
    NetworkFailure: 'an API was not reached, also after retries',
  },
};
