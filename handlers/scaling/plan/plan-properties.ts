import { optional, required, withDefault } from '../../cloudformation/properties.ts';
import { boolean, integer, oneOf, type PropertyKind } from '../../cloudformation/property-kinds.ts';
import { readTimeZone } from '../time/time-zone.ts';
import { MAX_DESIRED_COUNT, MAX_INSTANCE_COUNT } from './capacity-properties.ts';
import { elements, fields } from './property-shapes.ts';

/** The type's name in a template. */
export const SCHEDULED_SCALING_TYPE = 'Custom::ScheduledScaling';

/** Each has two schedules to be made within one request, and is held against each other one. */
export const MAX_SCENARIOS = 20;

/** The properties of Custom::ScheduledScaling, in the order of its documentation. */
export const scheduledScalingSchema = {
  Timezone: withDefault<string>(
    timeZone(),
    'UTC',
    'The zone in which Start, End and Except are meant. A local time that the clocks skip in spring does not fire; one that comes twice in autumn fires once, as EventBridge Scheduler has it.',
  ),
  Enforce: withDefault<boolean>(
    boolean(),
    'true',
    'A target that lost what an open window gave it is brought back, once an hour at most. With `false` it is only reported, as `Drifted`.',
  ),
  OnDelete: withDefault<'restore' | 'leave'>(
    oneOf('restore', 'leave'),
    'restore',
    'What becomes of an open window when this resource is deleted. `restore` brings everything back, by a run that the Delete does not wait for; `leave` leaves it as it is.',
  ),
  Bounds: optional(
    fields('InstanceCount and DesiredCount'),
    'What no run goes over; a scenario that asks for more is refused.',
  ),
  Scenarios: required(elements('scenarios', 1, MAX_SCENARIOS), 'What is scaled when.'),
};

/** The properties of `Bounds`. */
export const boundsSchema = {
  InstanceCount: optional(integer(1, MAX_INSTANCE_COUNT), 'Of a DocumentDB cluster: all its instances.'),
  DesiredCount: optional(
    integer(0, MAX_DESIRED_COUNT),
    'Of an ECS service: its desired count, and the bounds of its scalable target.',
  ),
};

/** The attributes, for Fn::GetAtt. */
export const SCHEDULED_SCALING_ATTRIBUTES = ['PlanId', 'ScheduleGroup'] as const;

function timeZone(): PropertyKind<string> {
  return { allowed: 'the name of an IANA time zone, as Asia/Tokyo or UTC', read: readTimeZone };
}
