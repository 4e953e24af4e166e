import { mistakeOf } from '../../cloudformation/properties.ts';
import { documentDbCapacitySchema, ecsCapacitySchema, stepSchema } from './capacity-properties.ts';
import { type CapacityGiven, ONE_KIND, readDocumentDbCapacity, readEcsCapacity } from './capacity-reader.ts';
import type { Bounds, Step } from './plan.ts';
import type { PlanMistakes } from './plan-mistakes.ts';
import { readFields, reportUnknown } from './property-fields.ts';
import { type PropertyPath, pathOf } from './property-path.ts';
import { fields } from './property-shapes.ts';
import type { Place } from './target-name.ts';

export interface StepGiven {
  readonly given: unknown;
  readonly path: PropertyPath;
  readonly place: Place | undefined;
  readonly bounds: Bounds;
  readonly mistakes: PlanMistakes;
}

const STEP = fields('Target, what it is to have, and perhaps After');

/** Undefined where there is a mistake in it. */
export function readStep({ given, path, place, bounds, mistakes }: StepGiven): Step | undefined {
  const reading = STEP.read(given);
  if (!reading.ok) {
    mistakes.add(mistakeOf(path, given, STEP));
    return undefined;
  }
  const schema = stepSchema(place);
  const besides = Object.keys(schema);
  const own: CapacityGiven = { given: reading.value, path, bounds, mistakes, within: 'a step', besides };
  const before = mistakes.count;
  const { Target: target, After: after } = readFields(schema, own);
  if (target === undefined) {
    const known = [...besides, ...Object.keys({ ...documentDbCapacitySchema, ...ecsCapacitySchema })];
    reportUnknown(own, { known, what: 'a step' });
    return undefined;
  }
  const later: CapacityGiven | undefined = after && {
    ...own,
    given: after,
    path: pathOf(path, 'After'),
    within: 'After',
    besides: [],
  };
  if (target.kind === 'docdb') {
    const capacity = readDocumentDbCapacity(target, own);
    const afterwards = later && readDocumentDbCapacity(target, later);
    if (capacity === undefined || mistakes.count > before) return undefined;
    return { target, capacity, ...(afterwards && { after: afterwards }) };
  }
  const capacity = readEcsCapacity(target, own);
  const afterwards = later && readEcsCapacity(target, later);
  if (capacity && afterwards && 'desiredCount' in capacity !== 'desiredCount' in afterwards) {
    mistakes.add(`${pathOf(path, 'After')} asks for another kind of capacity than the step, ${ONE_KIND}`);
  }
  if (capacity === undefined || mistakes.count > before) return undefined;
  return { target, capacity, ...(afterwards && { after: afterwards }) };
}
