import { writeFile } from 'node:fs/promises';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { DocDBClient } from '@aws-sdk/client-docdb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Observation } from '../handlers/scaling/decision/scaling-target.ts';
import { targetsOf } from '../handlers/scaling/forecast/plan-targets.ts';
import { targetName } from '../handlers/scaling/plan/plan.ts';
import type { Instant } from '../handlers/scaling/time/instant.ts';
import { MINUTE_MS } from '../handlers/scaling/time/local-time.ts';
import { clientConfiguration } from './aws-client.ts';
import { CliError } from './cli-error.ts';
import type { Output } from './output.ts';
import { DeployedPlanStore } from './plan/deployed-plan-store.ts';
import { ObservedCapacityStore } from './plan/observed-capacity-store.ts';
import { planDocument } from './plan/plan-document.ts';
import { planLines } from './plan/plan-lines.ts';
import { type PlanSource, readPlanFile } from './plan/plan-source.ts';
import { type PlannedForecast, plannedForecast } from './plan/planned-forecast.ts';
import { readPresentFile } from './plan/present-file.ts';
import { readSpan } from './plan/span.ts';
import { timelineSvg } from './plan/timeline/timeline-svg.ts';
import type { PlanOptions } from './program.ts';

interface Place {
  readonly output: Output;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** `deploytime plan`: finds the plans, forecasts each, and says what comes of it. */
export async function runPlan(path: string | undefined, options: PlanOptions, place: Place): Promise<void> {
  const { output, signal } = place;
  if ((path === undefined) === (options.plan === undefined)) {
    throw new CliError(
      'Usage',
      'One of a file and --plan must be given; deploytime plan --help tells what there is',
    );
  }
  const now = byMinute(options.now?.kind === 'instant' ? options.now.instant : Date.now());
  const sources = await readSources(path, options, { ...place, now });
  if (options.svg !== undefined && sources.length > 1) {
    const names = sources.map(({ name }) => name).join(', ');
    throw new CliError(
      'Usage',
      `--svg draws one plan, and ${path} has ${sources.length}: name one with --resource, of ${names}`,
    );
  }
  const told = options.present === undefined ? undefined : await readPresentFile(options.present);
  const planned: PlannedForecast[] = [];
  for (const source of sources) {
    const { timezone } = source.stored.plan;
    const span = readSpan({ from: options.from, to: options.to, zone: timezone, now });
    const observed = options.observe ? await observe(source, options, place) : undefined;
    planned.push(plannedForecast({ source, span, now, told, observed }));
  }
  signal.throwIfAborted();
  const [drawn] = planned;
  if (options.svg !== undefined && drawn !== undefined) await writeSvg(options.svg, timelineSvg(drawn));
  const paint = output.stdout.colour.bind(output.stdout);
  const tables = planned.map((each) => planLines(each, paint));
  output.result(
    planDocument(planned),
    tables.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
  );
}

/** Schedules go by the minute. */
function byMinute(instant: Instant): Instant {
  return instant - (instant % MINUTE_MS);
}

async function readSources(
  path: string | undefined,
  { plan, table, resource, parameter = new Map(), region, profile }: PlanOptions,
  { environment, signal, now }: Place & { readonly now: Instant },
): Promise<readonly PlanSource[]> {
  if (path !== undefined) return readPlanFile({ path, resource, parameters: parameter, now });
  const client = new DynamoDBClient(clientConfiguration(clientOptions({ region, profile }), environment));
  try {
    return [await new DeployedPlanStore(client, table).get(String(plan), signal)];
  } finally {
    client.destroy();
  }
}

async function observe(
  { stored }: PlanSource,
  { region, profile }: PlanOptions,
  { output, environment, signal }: Place,
): Promise<ReadonlyMap<string, Observation>> {
  const configuration = clientConfiguration(clientOptions({ region, profile }), environment);
  const clients = {
    documentDb: new DocDBClient(configuration),
    ecs: new ECSClient(configuration),
    autoScaling: new ApplicationAutoScalingClient(configuration),
  };
  try {
    const store = new ObservedCapacityStore(clients, stored.plan.id);
    const present = new Map<string, Observation>();
    for (const target of targetsOf(stored.plan)) {
      output.stderr.passing(`looking at ${targetName(target)}`);
      present.set(targetName(target), await store.get(target, signal));
    }
    return present;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

function clientOptions({
  region,
  profile,
}: {
  readonly region: string | undefined;
  readonly profile: string | undefined;
}) {
  return { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
}

async function writeSvg(path: string, svg: string): Promise<void> {
  try {
    await writeFile(path, svg);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CliError('Usage', `${path} can't be written: ${code}`, { cause: error });
  }
}
