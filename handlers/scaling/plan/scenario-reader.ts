import { mistakeOf } from '../../cloudformation/properties.ts';
import type { Expression } from '../time/expression.ts';
import { type Bounds, type Scenario, type ScenarioEnd, type Step, targetName } from './plan.ts';
import type { PlanMistakes } from './plan-mistakes.ts';
import { isGiven, readElements, readFields, reportUnknown } from './property-fields.ts';
import { pathOf, pathOfElement } from './property-path.ts';
import { type Fields, fields } from './property-shapes.ts';
import { EXCEPTED_DATE, scenarioSchema } from './scenario-properties.ts';
import { readStep } from './step-reader.ts';
import type { Place } from './target-name.ts';

export interface ScenarioGiven {
  readonly given: unknown;
  /** In the list `Scenarios`, from 0. */
  readonly index: number;
  readonly place: Place | undefined;
  readonly bounds: Bounds;
  readonly mistakes: PlanMistakes;
}

const SCENARIO = fields('Name, Start, End or Duration, and Steps');

/** Where a scenario stands, in words that people know it by. */
export function scenarioPath(index: number, name?: string): string {
  return pathOfElement('Scenarios', index, name);
}

/** Undefined where there is a mistake in it. */
export function readScenario({ given, index, place, bounds, mistakes }: ScenarioGiven): Scenario | undefined {
  const reading = SCENARIO.read(given);
  if (!reading.ok) {
    mistakes.add(mistakeOf(scenarioPath(index), given, SCENARIO));
    return undefined;
  }
  const name = scenarioSchema.Name.kind.read(reading.value.Name);
  const path = scenarioPath(index, name.ok ? name.value : undefined);
  const own = { given: reading.value, path, mistakes };
  const before = mistakes.count;
  const values = readFields(scenarioSchema, own);
  reportUnknown(own, { what: 'a scenario', known: Object.keys(scenarioSchema) });
  const except = readElements(EXCEPTED_DATE, values.Except ?? [], { path: pathOf(path, 'Except'), mistakes });
  for (const sentence of endRules(reading.value, path)) mistakes.add(sentence);
  const end = endOf(values);
  const steps = (values.Steps ?? []).map((step, position) =>
    readStep({ given: step, path: pathOfElement(pathOf(path, 'Steps'), position), place, bounds, mistakes }),
  );
  for (const sentence of repeatedTargets(steps, path)) mistakes.add(sentence);
  const { Name, Start, Priority } = values;
  const isWhole = Name !== undefined && Start !== undefined && Priority !== undefined && end !== undefined;
  if (!isWhole || mistakes.count > before) return undefined;
  return {
    name: Name,
    start: Start,
    end,
    priority: Priority,
    except,
    steps: steps.filter((step) => step !== undefined),
  };
}

function endOf({
  End,
  Duration,
}: {
  readonly End?: Expression | undefined;
  readonly Duration?: number | undefined;
}): ScenarioEnd | undefined {
  if (End !== undefined) return { kind: 'expression', expression: End };
  return Duration === undefined ? undefined : { kind: 'duration', durationMs: Duration };
}

function* endRules(given: Fields, path: string): Generator<string> {
  const ends = ['End', 'Duration'].filter((name) => isGiven(given, name));
  if (ends.length !== 1) {
    const has = ends.length === 0 ? 'neither End nor Duration' : 'End and Duration';
    yield `${path} has ${has}, allowed is one of them`;
  }
  if (isGiven(given, 'End') && given.End === given.Start) {
    yield `${pathOf(path, 'End')} is the same as Start: it would end as it starts again, and never be closed`;
  }
}

function* repeatedTargets(steps: readonly (Step | undefined)[], path: string): Generator<string> {
  const firstOf = new Map<string, number>();
  for (const [position, step] of steps.entries()) {
    if (step === undefined) continue;
    const name = targetName(step.target);
    const first = firstOf.get(name);
    if (first === undefined) {
      firstOf.set(name, position);
      continue;
    }
    const stepsPath = pathOf(path, 'Steps');
    yield `${pathOf(pathOfElement(stepsPath, position), 'Target')} is ${name}, which ${pathOfElement('Steps', first)} has already, allowed is each target once in a scenario`;
  }
}
