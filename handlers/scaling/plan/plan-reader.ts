import { COMMON_PROPERTIES, quote } from '../../cloudformation/properties.ts';
import type { Instant } from '../time/instant.ts';
import type { Bounds, Plan, Scenario } from './plan.ts';
import { PlanMistakes } from './plan-mistakes.ts';
import { boundsSchema, SCHEDULED_SCALING_TYPE, scheduledScalingSchema } from './plan-properties.ts';
import { readFields, reportUnknown } from './property-fields.ts';
import { type Fields, isFields } from './property-shapes.ts';
import { findConflicts } from './scenario-conflict.ts';
import { readScenario, scenarioPath } from './scenario-reader.ts';
import { formatLocalTime, readWindows, type ScenarioWindows } from './scenario-windows.ts';
import type { Place } from './target-name.ts';

/** A plan is stored whole, as one item of at most 400 KB together with what people said on it. In characters of JSON. */
const MAX_PROPERTIES_CHARACTERS = 100_000;
/** Of maps and lists within each other; a plan has seven. */
const MAX_LEVELS = 16;

export interface PlanGiven {
  readonly id: string;
  /** As CloudFormation sends them, where every scalar is a text, or as a file has them. */
  readonly properties: unknown;
  /** Where the stack is. Default: ARNs of any place are taken. */
  readonly place?: Place | undefined;
  /** What is past is not held against the plan: a stack must still be deployed when its one-time scenarios are over. */
  readonly now: Instant;
}

/**
 * Reads a plan, and checks it whole: each property, and whether its scenarios can be kept in the next 1,500 days. Of a
 * scenario that starts more than once a day the next 1,500 windows are looked at, and those at the times of rarer ones.
 * @throws ProviderError `InvalidRequest` with every mistake: its path, the value, and what is allowed.
 */
export function readPlan({ id, properties, place, now }: PlanGiven): Plan {
  const mistakes = new PlanMistakes();
  const given = plainFields(properties, mistakes);
  const values = readFields(scheduledScalingSchema, { given, path: '', mistakes });
  reportUnknown(
    { given, path: '', mistakes },
    {
      what: SCHEDULED_SCALING_TYPE,
      known: Object.keys(scheduledScalingSchema),
      toldElsewhere: COMMON_PROPERTIES,
    },
  );
  const bounds = readBounds(values.Bounds ?? {}, mistakes);
  const elements = values.Scenarios ?? [];
  const scenarios = elements.map((element, index) =>
    readScenario({ given: element, index, place, bounds, mistakes }),
  );
  for (const sentence of repeatedNames(elements)) mistakes.add(sentence);
  const { Timezone: timezone, Enforce: enforce, OnDelete: onDelete } = values;
  if (timezone !== undefined) {
    for (const sentence of scheduleMistakes(scenarios, timezone, now)) mistakes.add(sentence);
  }
  const isWhole = timezone !== undefined && enforce !== undefined && onDelete !== undefined;
  if (!isWhole || mistakes.count > 0) throw mistakes.toError(SCHEDULED_SCALING_TYPE);
  return {
    id,
    timezone,
    enforce,
    onDelete,
    bounds,
    scenarios: scenarios.filter((scenario) => scenario !== undefined),
  };
}

/** Whatever was given, as JSON has it: nothing that is read afterwards can fail. */
function plainFields(properties: unknown, mistakes: PlanMistakes): Fields {
  const text = jsonOf(properties);
  if (text !== undefined && text.length > MAX_PROPERTIES_CHARACTERS) {
    mistakes.add(
      `its properties have ${text.length} characters of JSON, allowed are at most ${MAX_PROPERTIES_CHARACTERS}`,
    );
    throw mistakes.toError(SCHEDULED_SCALING_TYPE);
  }
  const plain: unknown = text === undefined ? undefined : JSON.parse(text);
  if (isFields(plain) && !isDeeperThan(MAX_LEVELS, plain)) return plain;
  mistakes.add(
    `its properties are ${isFields(plain) ? `nested more than ${MAX_LEVELS} times` : 'no map of names to values'}`,
  );
  throw mistakes.toError(SCHEDULED_SCALING_TYPE);
}

/** Undefined where it has no JSON: a cycle, a function, a nesting without end. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

function readBounds(given: Fields, mistakes: PlanMistakes): Bounds {
  const own = { given, path: 'Bounds', mistakes };
  const { InstanceCount, DesiredCount } = readFields(boundsSchema, own);
  reportUnknown(own, { what: 'Bounds', known: Object.keys(boundsSchema) });
  return {
    ...(InstanceCount !== undefined && { instanceCount: InstanceCount }),
    ...(DesiredCount !== undefined && { desiredCount: DesiredCount }),
  };
}

function* repeatedNames(elements: readonly unknown[]): Generator<string> {
  const names = elements.map((element) => (isFields(element) ? element.Name : undefined));
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) continue;
    yield `${scenarioPath(index)}.Name is ${quote(name)}, which ${scenarioPath(first)} has already, allowed is a name of its own for each`;
  }
}

/** Whether the scenarios that could be read can be kept, each alone and all together. */
function* scheduleMistakes(
  scenarios: readonly (Scenario | undefined)[],
  zone: string,
  now: Instant,
): Generator<string> {
  const paths = new Map<Scenario, string>();
  const kept: ScenarioWindows[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    if (scenario === undefined) continue;
    paths.set(scenario, scenarioPath(index, scenario.name));
    const reading = readWindows(scenario, zone, now);
    if (reading.ok) kept.push(reading.value);
    else yield `${paths.get(scenario)} ${reading.because}`;
  }
  for (const { one, other, target, at } of findConflicts(kept, zone)) {
    const [first, second] = [paths.get(one.scenario), paths.get(other.scenario)];
    yield `${first} and ${second} are both open for ${target} at ${formatLocalTime(zone, at)} (${zone}) with Priority ${one.scenario.priority}: give one of them a higher Priority, and it wins there`;
  }
}
