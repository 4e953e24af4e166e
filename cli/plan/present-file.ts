import { optional, quote } from '../../handlers/cloudformation/properties.ts';
import {
  accepted,
  integer,
  oneOf,
  type PropertyKind,
  refused,
  text,
} from '../../handlers/cloudformation/property-kinds.ts';
import type { ProviderError } from '../../handlers/errors.ts';
import type { Observation } from '../../handlers/scaling/decision/scaling-target.ts';
import type { DocumentDbObservation } from '../../handlers/scaling/documentdb/observation.ts';
import type { EcsObservation } from '../../handlers/scaling/ecs/observation.ts';
import { OWN_CLASS } from '../../handlers/scaling/forecast/assumed-capacity.ts';
import {
  documentDbCapacitySchema,
  instanceClass,
  MAX_DESIRED_COUNT,
  MAX_INSTANCE_COUNT,
} from '../../handlers/scaling/plan/capacity-properties.ts';
import { type DocumentDbTarget, type EcsTarget, targetName } from '../../handlers/scaling/plan/plan.ts';
import { PlanMistakes } from '../../handlers/scaling/plan/plan-mistakes.ts';
import { readFields, reportUnknown } from '../../handlers/scaling/plan/property-fields.ts';
import { type Fields, fields, isFields } from '../../handlers/scaling/plan/property-shapes.ts';
import { readTarget, TARGET_SHAPE } from '../../handlers/scaling/plan/target-name.ts';
import { CliError } from '../cli-error.ts';
import { readDocument } from './document.ts';

/** An instance, by its name. */
const instancesSchema = {
  Instances: optional(instanceClasses(), 'The class of each instance, by its name. The first is the writer.'),
};

/** What `--present` tells of a cluster. */
export const presentClusterSchema = {
  ...instancesSchema,
  InstanceClass: optional(instanceClass(), 'In place of Instances: the class of all.'),
  InstanceCount: optional(integer(1, MAX_INSTANCE_COUNT), 'In place of Instances: how many there are.'),
  State: optional(oneOf('running', 'stopped'), 'Whether it runs.'),
  MinCapacity: optional(documentDbCapacitySchema.MinCapacity.kind, 'Of a serverless cluster, in DCU.'),
  MaxCapacity: optional(documentDbCapacitySchema.MinCapacity.kind, 'Of a serverless cluster, in DCU.'),
};

/** What `--present` tells of a service. */
export const presentServiceSchema = {
  DesiredCount: optional(integer(0, MAX_DESIRED_COUNT), 'The number of its tasks.'),
  MinCapacity: optional(integer(0, MAX_DESIRED_COUNT), 'Of its scalable target.'),
  MaxCapacity: optional(integer(0, MAX_DESIRED_COUNT), 'Of its scalable target.'),
};

/**
 * Reads what targets have outside of all windows: a map from their names to their capacities.
 * @throws CliError `Usage` with every mistake.
 */
export async function readPresentFile(path: string): Promise<ReadonlyMap<string, Observation>> {
  const document = await readDocument(path);
  if (!isFields(document)) {
    throw new CliError('Usage', `${path} is no map from targets to what they have now: ${TARGET_SHAPE}`);
  }
  const mistakes = new PlanMistakes();
  const present = new Map<string, Observation>();
  for (const [name, given] of Object.entries(document)) {
    const reading = readTarget(name);
    if (!reading.ok) {
      mistakes.add(reading.because ?? `${quote(name)} is no target, allowed is ${TARGET_SHAPE}`);
      continue;
    }
    if (!isFields(given)) {
      mistakes.add(`${name} is ${quote(given)}, allowed is ${fields('what it has').allowed}`);
      continue;
    }
    const target = reading.value;
    const asked = { given, path: name, mistakes };
    present.set(
      targetName(target),
      target.kind === 'docdb' ? readCluster(target, asked) : readService(target, asked),
    );
  }
  if (mistakes.count === 0) return present;
  const error: ProviderError = mistakes.toError(path);
  throw new CliError('Usage', error.message, { cause: error });
}

interface PresentGiven {
  readonly given: Fields;
  readonly path: string;
  readonly mistakes: PlanMistakes;
}

function readCluster(target: DocumentDbTarget, own: PresentGiven): DocumentDbObservation {
  const values = readFields(presentClusterSchema, own);
  reportUnknown(own, { what: 'a DocumentDB cluster', known: Object.keys(presentClusterSchema) });
  const { InstanceClass = OWN_CLASS, InstanceCount = 1, State, MinCapacity, MaxCapacity } = values;
  if (values.Instances !== undefined && (values.InstanceClass ?? values.InstanceCount) !== undefined) {
    own.mistakes.add(
      `${own.path} has Instances beside InstanceClass or InstanceCount, allowed is one or the other`,
    );
  }
  if ((MinCapacity === undefined) !== (MaxCapacity === undefined)) {
    own.mistakes.add(`${own.path} has one of MinCapacity and MaxCapacity, allowed are both or none`);
  }
  const instances =
    values.Instances ??
    Array.from(
      { length: InstanceCount },
      (_, index) => [index === 0 ? 'writer' : `replica-${index}`, InstanceClass] as const,
    );
  const status = State === 'stopped' ? 'stopped' : 'available';
  return {
    target,
    arn: '',
    status,
    instances: instances.map(([id, instanceClass], index) => ({
      id,
      instanceClass,
      status,
      isWriter: index === 0,
      promotionTier: 1,
    })),
    ...(MinCapacity !== undefined &&
      MaxCapacity !== undefined && { serverless: { minCapacity: MinCapacity, maxCapacity: MaxCapacity } }),
  };
}

function readService(target: EcsTarget, own: PresentGiven): EcsObservation {
  const { MinCapacity, MaxCapacity, DesiredCount } = readFields(presentServiceSchema, own);
  reportUnknown(own, { what: 'an ECS service', known: Object.keys(presentServiceSchema) });
  if ((MinCapacity === undefined) !== (MaxCapacity === undefined)) {
    own.mistakes.add(`${own.path} has one of MinCapacity and MaxCapacity, allowed are both or none`);
  }
  if (MinCapacity === undefined && DesiredCount === undefined) {
    own.mistakes.add(`${own.path} has neither DesiredCount nor MinCapacity and MaxCapacity`);
  }
  const desiredCount = DesiredCount ?? MinCapacity ?? 0;
  return {
    target,
    arn: '',
    status: 'ACTIVE',
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [],
    ...(MinCapacity !== undefined &&
      MaxCapacity !== undefined && {
        scalableTarget: { minCapacity: MinCapacity, maxCapacity: MaxCapacity },
      }),
  };
}

const INSTANCE_NAME = text(/^[A-Za-z][A-Za-z0-9-]{0,62}$/, '');

function instanceClasses(): PropertyKind<readonly (readonly [string, string])[]> {
  const kind = instanceClass();
  return {
    allowed: `a map of 1 to ${MAX_INSTANCE_COUNT} instances' names to their classes`,
    read: (given) => {
      if (!isFields(given)) return refused();
      const entries = Object.entries(given);
      if (entries.length < 1 || entries.length > MAX_INSTANCE_COUNT) return refused();
      const instances: (readonly [string, string])[] = [];
      for (const [name, value] of entries) {
        const reading = kind.read(value);
        if (!INSTANCE_NAME.read(name).ok || !reading.ok) {
          return refused(`its ${quote(name)} is ${quote(value)}; allowed is ${kind.allowed}`);
        }
        instances.push([name, reading.value]);
      }
      return accepted(instances);
    },
  };
}
