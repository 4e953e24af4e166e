import { type Capacity, formatCapacity } from '../../handlers/scaling/forecast/capacity.ts';
import { shiftMs } from '../../handlers/scaling/forecast/clock-changes.ts';
import {
  type DurationRange,
  type Outage,
  sumOf,
  sumOfOutages,
} from '../../handlers/scaling/forecast/expectation.ts';
import type { ForecastCall } from '../../handlers/scaling/forecast/forecast-run.ts';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import { formatInstant } from '../../handlers/scaling/time/instant.ts';
import { MINUTE_MS } from '../../handlers/scaling/time/local-time.ts';
import { apiOf, argumentsOf, withInstanceNames } from './call-name.ts';
import type { PlannedForecast } from './planned-forecast.ts';
import { clockEffect } from './span-effect.ts';
import { isoLocal } from './wall-clock.ts';

/** What `deploytime plan --json` prints. The fields are for ever; others may join them. */
export function planDocument(plans: readonly PlannedForecast[]) {
  return { plans: plans.map(documentOf) };
}

function documentOf({ source, forecast, assumed }: PlannedForecast) {
  const { stored, from, to, spans, runs, clockChanges, oddTimes, contests, targets } = forecast;
  const { id, timezone } = stored.plan;
  const time = (instant: number) => ({ utc: formatInstant(instant), local: isoLocal(timezone, instant) });
  return {
    source: source.label,
    resource: source.logicalId ?? null,
    planId: source.isDeployed ? id : null,
    timezone,
    from: time(from),
    to: time(to),
    assumed: assumed.map(({ about, what }) => ({ about, what })),
    windows: spans.map((span) => ({
      scenario: span.scenario,
      start: time(span.start),
      end: time(span.end),
      seconds: seconds(span.end - span.start),
      byHand: span.isByHand,
      daylightSaving: clockEffect(forecast, span) ?? null,
    })),
    edges: runs
      .filter(({ at }) => at >= from)
      .map((edge) => ({
        ...time(edge.at),
        scenario: edge.scenario,
        edge: edge.edge,
        calls: edge.calls.map((call) => callOf(call, { plan: id, isDeployed: source.isDeployed })),
        outcomes: edge.ends.map(({ target, outcome, reason }) => ({
          target: targetName(target),
          outcome,
          reason: withInstanceNames(reason, target, { plan: id, isDeployed: source.isDeployed }),
        })),
        expectedSeconds: rangeOf(sumOf(edge.calls.map(({ duration }) => duration))),
        outage: outageOf(sumOfOutages(edge.calls.flatMap(({ outage }) => outage ?? []))),
      })),
    clockChanges: clockChanges.map((change) => ({
      ...time(change.at),
      shiftMinutes: shiftMs(change) / MINUTE_MS,
    })),
    oddTimes: oddTimes.map(({ scenario, edge, kind, local, at }) => ({
      scenario,
      edge,
      kind,
      local: new Date(local).toISOString().slice(0, 16),
      utc: kind === 'missing' ? null : formatInstant(at),
    })),
    priorities: contests.map((contest) => ({
      target: targetName(contest.target),
      from: time(contest.from),
      to: time(contest.to),
      has: contest.winner,
      waits: contest.losers,
    })),
    capacity: targets.map(({ target, capacities }) => ({
      target: targetName(target),
      steps: capacities.map((step) => ({ ...time(step.from), ...capacityOf(step.capacity) })),
    })),
  };
}

function callOf(call: ForecastCall, names: { readonly plan: string; readonly isDeployed: boolean }) {
  const { target, change, reason, duration, outage } = call;
  return {
    target: targetName(target),
    api: apiOf(change),
    arguments: argumentsOf(change, target, names),
    reason: withInstanceNames(reason, target, names),
    expectedSeconds: rangeOf(duration),
    outage: outageOf(outage),
  };
}

function outageOf(outage: Outage | undefined) {
  if (outage === undefined) return null;
  const { affects, isUntilStart = false } = outage;
  return { affects, seconds: isUntilStart ? null : rangeOf(outage) };
}

function capacityOf(capacity: Capacity) {
  const text = formatCapacity(capacity);
  if (capacity.kind === 'ecs') {
    const { desiredCount, bounds } = capacity;
    return { text, desiredCount, bounds: bounds ?? null };
  }
  const { state, instances, minCapacity } = capacity;
  return { text, state, instances, minCapacity: minCapacity ?? null };
}

function rangeOf({ minMs, maxMs }: DurationRange): readonly [number, number] {
  return [seconds(minMs), seconds(maxMs)];
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
