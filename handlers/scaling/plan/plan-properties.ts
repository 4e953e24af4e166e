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
    'The IANA time zone in which Start, End and Except are meant, with its daylight saving.',
  ),
  Enforce: withDefault<boolean>(
    boolean(),
    'true',
    'Whether a target that no longer has what an open scenario asks for is brought back; with false it is reported.',
  ),
  OnDelete: withDefault<'restore' | 'leave'>(
    oneOf('restore', 'leave'),
    'restore',
    'With leave, what an open scenario has scaled stays as it is when this resource is deleted.',
  ),
  Bounds: optional(fields('InstanceCount and DesiredCount'), 'What no scenario goes over.'),
  Scenarios: required(
    elements('scenarios', 1, MAX_SCENARIOS),
    'What is scaled when. Where two are open for one target, the higher Priority wins it.',
  ),
};

/** The properties of `Bounds`. */
export const boundsSchema = {
  InstanceCount: optional(integer(1, MAX_INSTANCE_COUNT), 'Of a DocumentDB cluster.'),
  DesiredCount: optional(
    integer(0, MAX_DESIRED_COUNT),
    'Of an ECS service: of its desired count, and of the bounds of its scalable target.',
  ),
};

/** The attributes, for Fn::GetAtt. */
export const SCHEDULED_SCALING_ATTRIBUTES = ['PlanId', 'ScheduleGroup'] as const;

function timeZone(): PropertyKind<string> {
  return { allowed: 'the name of an IANA time zone, as Asia/Tokyo or UTC', read: readTimeZone };
}
