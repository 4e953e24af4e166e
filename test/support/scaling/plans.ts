import type { CapacityRecord } from '../../../handlers/scaling/decision/target-state.ts';
import type {
  DocumentDbCapacity,
  DocumentDbStep,
  EcsCapacity,
  EcsStep,
  Plan,
  Scenario,
} from '../../../handlers/scaling/plan/plan.ts';
import type { StoredPlan } from '../../../handlers/scaling/store/plan-store.ts';
import { readExpression } from '../../../handlers/scaling/time/expression.ts';

/* Plans for tests, short to write: nightly windows of a cluster `orders` and a service `prod/batch`, in UTC. */

export const ORDERS = { kind: 'docdb', clusterId: 'orders' } as const;
export const BATCH = { kind: 'ecs', cluster: 'prod', service: 'batch' } as const;

export function expression(text: string): Scenario['start'] {
  const reading = readExpression(text);
  if (!reading.ok) throw new Error(reading.because ?? text);
  return reading.value;
}

export function ordersStep(
  capacity: Partial<DocumentDbCapacity>,
  after?: Partial<DocumentDbCapacity>,
): DocumentDbStep {
  return {
    target: ORDERS,
    capacity: { allowOutage: false, ...capacity },
    ...(after && { after: { allowOutage: false, ...after } }),
  };
}

export function batchStep(capacity: EcsCapacity, after?: EcsCapacity): EcsStep {
  return { target: BATCH, capacity, ...(after && { after }) };
}

/** From 1:00 to 5:00 UTC, every day, where nothing else is said. */
export function nightly(given: Partial<Scenario> = {}): Scenario {
  return {
    name: 'nightly',
    start: expression('cron(0 1 * * ? *)'),
    end: { kind: 'expression', expression: expression('cron(0 5 * * ? *)') },
    priority: 0,
    except: [],
    steps: [batchStep({ desiredCount: 12 })],
    ...given,
  };
}

export function planOf(scenarios: readonly Scenario[], given: Partial<Plan> = {}): Plan {
  return {
    id: 'plan-1',
    timezone: 'UTC',
    enforce: true,
    onDelete: 'restore',
    bounds: {},
    scenarios,
    ...given,
  };
}

export function storedPlan(
  scenarios: readonly Scenario[] = [nightly()],
  given: Partial<Plan> & Partial<Pick<StoredPlan, 'status' | 'overrides'>> = {},
): StoredPlan {
  const { status = 'active', overrides = [], ...plan } = given;
  return { plan: planOf(scenarios, plan), status, overrides };
}

/** An instant of the night of the tests: `night('01:30')` is 2026-11-20T01:30:00Z, `night('01:30', 1)` a day later. */
export function night(time: string, days = 0): number {
  return Date.parse(`2026-11-20T${time}:00Z`) + days * 86_400_000;
}

/** What the start of `nightly` records of the service `prod/batch`, which had three tasks. */
export const BATCH_RECORD: CapacityRecord = {
  plan: 'plan-1',
  recordedAt: night('01:00'),
  original: { kind: 'ecs', desiredCount: 3 },
  holder: {
    scenario: 'nightly',
    windowStart: night('01:00'),
    asked: { desiredCount: 12 },
    allowOutage: false,
    refusedClasses: [],
  },
};
