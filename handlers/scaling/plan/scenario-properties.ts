import { optional, required, withDefault } from '../../cloudformation/properties.ts';
import { accepted, integer, type PropertyKind, refused } from '../../cloudformation/property-kinds.ts';
import { readDuration } from '../time/duration.ts';
import { type Expression, type LocalDate, readExpression } from '../time/expression.ts';
import { dateOf } from '../time/local-time.ts';
import { elements } from './property-shapes.ts';

/** A run works through its steps one after the other: with more it would take hours. */
export const MAX_STEPS = 20;
/** A template that needs more dates writes another expression. */
const MAX_EXCEPTED_DATES = 100;
const MAX_PRIORITY = 1000;

/** The properties of a scenario, in the order of the documentation. */
export const scenarioSchema = {
  Name: required(
    scenarioName(),
    'It stands in schedules, events and calls by hand. No other scenario of the resource has it.',
  ),
  Start: required(
    expression(),
    'When it starts, in Timezone. There is no `rate(…)`: it has no hour of the day.',
  ),
  End: optional(
    expression(),
    'When it ends: a window goes from each start to the end that comes next. Either this or Duration is given.',
  ),
  Duration: optional(
    duration(),
    'How long it holds: elapsed time from each start, whatever the clocks on the wall do meanwhile.',
  ),
  Priority: withDefault(
    integer(-MAX_PRIORITY, MAX_PRIORITY),
    '0',
    'Where two scenarios are open for one target, the higher has the whole target. Equal ones that overlap are refused.',
  ),
  Except: optional(
    elements('dates', 0, MAX_EXCEPTED_DATES),
    'Local dates on which it does not start, as `2026-12-31`.',
  ),
  Steps: required(
    elements('steps', 1, MAX_STEPS),
    'What is scaled: in this order at the start, each waiting for the one before; in reverse at the end. No target stands twice.',
  ),
};

/**
 * It goes into the names of schedules, which have up to 64 of these characters.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
const SCENARIO_NAME = /^[A-Za-z0-9._-]{1,40}$/;

function scenarioName(): PropertyKind<string> {
  return {
    allowed: '1 to 40 letters, digits, "-", "_" and "."',
    read: (given) => {
      // In YAML 2026 is a number; CloudFormation makes a text of it.
      const text = typeof given === 'number' ? String(given) : given;
      return typeof text === 'string' && SCENARIO_NAME.test(text) ? accepted(text) : refused();
    },
  };
}

/** An element of `Except`. */
export const EXCEPTED_DATE: PropertyKind<LocalDate> = {
  allowed: 'a date of the calendar, as 2026-12-31',
  read: (given) => (isDate(given) ? accepted(given) : refused()),
};

function isDate(given: unknown): given is LocalDate {
  if (typeof given !== 'string' || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(given)) return false;
  const midnight = Date.parse(`${given}T00:00:00Z`);
  // 30 February is read as 2 March.
  return !Number.isNaN(midnight) && dateOf(midnight) === given;
}

function expression(): PropertyKind<Expression> {
  return { allowed: 'cron(…) or at(…) as EventBridge Scheduler takes them', read: readExpression };
}

function duration(): PropertyKind<number> {
  return { allowed: 'a duration of ISO 8601, as PT4H30M', read: readDuration };
}
