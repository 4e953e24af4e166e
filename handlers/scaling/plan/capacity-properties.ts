import { optional, required, withDefault } from '../../cloudformation/properties.ts';
import {
  accepted,
  boolean,
  integer,
  oneOf,
  type PropertyKind,
  refused,
  text,
} from '../../cloudformation/property-kinds.ts';
import type { Target } from './plan.ts';
import { elements, fields } from './property-shapes.ts';
import { type Place, readTarget, TARGET_SHAPE } from './target-name.ts';

/**
 * A writer and 15 replicas.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/limits.html
 */
export const MAX_INSTANCE_COUNT = 16;
/**
 * ECS's quota of tasks per service.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
export const MAX_DESIRED_COUNT = 5000;
/**
 * Of a serverless instance, in DocumentDB capacity units (DCU), in steps of 0.5.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/docdb-serverless-instance-limits.html
 */
const MIN_DCU = 0.5;
const MAX_DCU = 256;
/** Each is another attempt at every instance. */
const MAX_FALLBACK_CLASSES = 5;

/** The properties of every step; besides them it has those of its target's kind. */
export function stepSchema(place?: Place) {
  return {
    Target: required(target(place), 'What is scaled, in the account and Region of the stack.'),
    After: optional(
      fields('the same properties as the step has'),
      'What holds after the end, where it is not what was there before. What it does not name is brought back.',
    ),
  };
}

/** What a step, or its `After`, asks of a DocumentDB cluster. What is not named stays as it is. */
export const documentDbCapacitySchema = {
  InstanceClass: optional(
    instanceClass(),
    'The class of every instance. Replicas are changed one at a time, then one of them becomes the writer, then the old writer is changed: one failover. A single instance is kept, with a replica in front.',
  ),
  FallbackClasses: optional(
    elements('instance classes', 1, MAX_FALLBACK_CLASSES),
    'Tried in turn where AWS has no capacity for InstanceClass.',
  ),
  InstanceCount: optional(
    integer(1, MAX_INSTANCE_COUNT),
    'All instances; fewer than those that this service did not make is refused.',
  ),
  State: optional(
    oneOf('running', 'stopped'),
    'Whether the cluster runs. With `stopped` nothing else can be asked for. AWS starts a stopped cluster after seven days.',
  ),
  MinCapacity: optional(
    capacityUnits(),
    'Of a serverless cluster, in DocumentDB capacity units (DCU). The maximum stays: changing it would restart the instances.',
  ),
  AllowOutage: withDefault<boolean>(
    boolean(),
    'false',
    'Lets a single instance be changed in place, and instances be restarted by a MinCapacity that crosses 1; there and back.',
  ),
};

/** What a step, or its `After`, asks of an ECS service: its count, or the bounds of its scalable target. */
export const ecsCapacitySchema = {
  DesiredCount: optional(
    integer(0, MAX_DESIRED_COUNT),
    'The number of tasks, where the service has no scalable target of Application Auto Scaling.',
  ),
  MinCapacity: optional(integer(0, MAX_DESIRED_COUNT), 'The least number of tasks of its scalable target.'),
  MaxCapacity: optional(
    integer(0, MAX_DESIRED_COUNT),
    'The greatest number of tasks of its scalable target. Between the two its scaling policies go on deciding.',
  ),
};

/**
 * An element of `FallbackClasses`, and `InstanceClass` itself. Which classes there are, the Region decides.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/db-instance-classes.html
 */
export function instanceClass(): PropertyKind<string> {
  return text(
    /^db\.(?:serverless|[a-z][a-z0-9-]{1,20}\.[a-z0-9-]{1,20})$/,
    'an instance class: db.<family>.<size>, as db.r6g.2xlarge, or db.serverless',
  );
}

function target(place: Place | undefined): PropertyKind<Target> {
  return {
    allowed: TARGET_SHAPE,
    read: (given) => (typeof given === 'string' ? readTarget(given, place) : refused()),
  };
}

function capacityUnits(): PropertyKind<number> {
  return {
    allowed: `a number of DCU from ${MIN_DCU} to ${MAX_DCU} in steps of 0.5`,
    shape: { type: 'number', minimum: MIN_DCU, maximum: MAX_DCU, multipleOf: 0.5 },
    read: (given) => {
      const units =
        typeof given === 'string' && /^\d{1,3}(?:\.\d{1,2})?$/.test(given) ? Number(given) : given;
      const isAllowed =
        typeof units === 'number' && Number.isInteger(units * 2) && units >= MIN_DCU && units <= MAX_DCU;
      return isAllowed ? accepted(units) : refused();
    },
  };
}
