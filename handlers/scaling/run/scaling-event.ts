import { formatInstant, type Instant } from '../time/instant.ts';
import type { RunReference } from './run.ts';
import type { RunEvent } from './run-event.ts';

/** What can be told of a run, or found by the sweep. */
export const SCALING_OUTCOMES = [
  'Started',
  'Changed',
  'Converged',
  'Superseded',
  'Late',
  'Failed',
  'Drifted',
  'Duplicate',
] as const;

export type ScalingOutcome = (typeof SCALING_OUTCOMES)[number];

/** Something that happened, with what it belongs to: for the history, the event bus and the metrics. */
export interface ScalingEvent extends Omit<RunEvent, 'outcome'> {
  readonly outcome: ScalingOutcome;
  readonly run: RunReference;
  /** The execution's ARN; of what a sweep finds, the id of its request. */
  readonly execution: string;
  readonly at: Instant;
}

/** An event as EventBridge takes it. */
export interface BusEvent {
  readonly source: typeof EVENT_SOURCE;
  readonly detailType: `Scheduled Scaling ${ScalingOutcome}`;
  readonly time: Instant;
  readonly detail: BusEventDetail;
}

/** docs/schemas/scheduled-scaling-event.json says what each is. */
export interface BusEventDetail {
  readonly version: typeof DETAIL_VERSION;
  readonly plan: string;
  readonly scenario?: string;
  readonly edge: 'start' | 'end';
  readonly scheduledTime: string;
  readonly outcome: ScalingOutcome;
  readonly target?: string;
  readonly change?: RunEvent['change'];
  readonly reason: string;
  readonly execution: string;
}

export const EVENT_SOURCE = 'deploytime';
const DETAIL_VERSION = '1';

/** Some twenty targets have each their sentence. EventBridge takes 256 KB. */
export const MAX_REASON_CHARACTERS = 4_000;

/** The event that goes to the default bus. */
export function eventOf(event: ScalingEvent): BusEvent {
  const { outcome, run, target, change, reason, execution, at } = event;
  return {
    source: EVENT_SOURCE,
    detailType: `Scheduled Scaling ${outcome}`,
    time: at,
    detail: {
      version: DETAIL_VERSION,
      plan: run.plan,
      ...(run.scenario !== undefined && { scenario: run.scenario }),
      edge: run.edge,
      scheduledTime: formatInstant(run.scheduledTime),
      outcome,
      ...(target !== undefined && { target }),
      ...(change !== undefined && { change }),
      reason: shortened(reason),
      execution,
    },
  };
}

/** A reason that fits. */
export function shortened(reason: string): string {
  return reason.length <= MAX_REASON_CHARACTERS ? reason : `${reason.slice(0, MAX_REASON_CHARACTERS - 1)}…`;
}
