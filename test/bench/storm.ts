import { delayAfterThrottling, THROTTLE_POLICY } from '../../handlers/registry/throttling.ts';
import type { Rate } from '../support/ssm/token-bucket.ts';
import { startLayerStorm } from '../support/storm/layer-storm.ts';
import { letStorm, type StormAnswer, type StormScene } from '../support/storm/storm.ts';
import { startTagStorm } from '../support/storm/tag-storm.ts';
import { type Bench, median, tableOf } from './bench.ts';
import { type DelayRule, simulateStorm } from './storm/simulation.ts';

const REQUESTS = 500;
/** Where the function has not slept for a while, Lambda has instances of it, and each answers one after the other. */
const WARM_INSTANCES = 10;
/**
 * What an account may ask in each Region, by default. How much of it may come at once is not published: as much as in
 * one second is assumed.
 * @see https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const SSM_RATE: Rate = { perSecond: 40, burst: 40 };
const LAMBDA_RATE: Rate = { perSecond: 15, burst: 15 };
/** More calls than this for each one that had to be is an error, as is more of the least time. */
const CALLS_LIMIT = 10;
const TIME_LIMIT = 1.6;

interface Storm {
  readonly name: string;
  readonly rate: Rate;
  readonly instances: number;
  readonly start: () => Promise<StormScene>;
}

const startTags = () => startTagStorm({ requests: REQUESTS, rate: SSM_RATE });
const startLayers = () => startLayerStorm({ requests: REQUESTS, rate: LAMBDA_RATE });
const STORMS: readonly Storm[] = [
  { name: 'ImageTag', rate: SSM_RATE, instances: REQUESTS, start: startTags },
  { name: 'ImageTag', rate: SSM_RATE, instances: WARM_INSTANCES, start: startTags },
  { name: 'LayerFingerprint', rate: LAMBDA_RATE, instances: REQUESTS, start: startLayers },
  { name: 'LayerFingerprint', rate: LAMBDA_RATE, instances: WARM_INSTANCES, start: startLayers },
];

/**
 * 500 requests at once, against an SSM and a Lambda that throttle at AWS's published rates: real functions over HTTP,
 * in real time. Then several rules of waiting side by side, in simulated time.
 */
export const bench: Bench = {
  name: 'storm',
  run: async (report) => {
    report(
      `${REQUESTS} requests at once; SSM takes ${SSM_RATE.perSecond} calls a second, Lambda ${LAMBDA_RATE.perSecond}`,
    );
    const rows: string[][] = [];
    const faults: string[] = [];
    for (const storm of STORMS) {
      const measured = await measure(storm);
      rows.push(rowOf(storm, measured));
      faults.push(...faultsIn(storm, measured));
    }
    const heading = ['', 'instances', 'answered rightly', 'time', 'least', 'calls', 'least', ...SPREAD];
    for (const line of [...tableOf([heading, ...rows]), '', ...simulations(), '']) report(line);
    if (faults.length > 0) throw new Error(faults.join('\n  '));
  },
};

/** When half of the requests were answered, and so on. */
const SPREAD = ['median', '95 %', 'last'];

interface Measured {
  /** A sentence for each request that was not answered rightly, and once, and for each fault of another kind. */
  readonly mistakes: readonly string[];
  readonly right: number;
  readonly seconds: number;
  readonly calls: number;
  readonly leastCalls: number;
  readonly afterMs: readonly number[];
}

async function measure({ instances, start }: Storm): Promise<Measured> {
  await using scene = await start();
  const { answers, elapsedMs } = await letStorm(scene, instances);
  const mistakes = scene.properties.flatMap((_, index) => mistakesIn(scene, answers[index], index));
  return {
    mistakes: [...mistakes, ...scene.violations()],
    right: REQUESTS - mistakes.length,
    seconds: elapsedMs / 1_000,
    calls: scene.calls().all,
    leastCalls: REQUESTS * scene.callsPerRequest,
    afterMs: answers.map(({ afterMs }) => afterMs),
  };
}

/** At most one. */
function mistakesIn(scene: StormScene, answer: StormAnswer | undefined, index: number): string[] {
  if (answer?.puts !== 1) return [`request ${index} was answered ${answer?.puts ?? 0} times`];
  const { Status, Reason, Data = {} } = answer;
  if (Status !== 'SUCCESS') return [`request ${index} is ${Status}: ${Reason}`];
  const wrong = Object.entries(scene.expected(index)).find(([name, value]) => Data[name] !== value);
  return wrong === undefined ? [] : [`request ${index} has ${wrong[0]} ${Data[wrong[0]]}, not ${wrong[1]}`];
}

function rowOf({ name, instances, rate }: Storm, measured: Measured): string[] {
  const { right, seconds, calls, leastCalls, afterMs } = measured;
  return [
    name,
    String(instances),
    `${right} of ${REQUESTS}`,
    `${seconds.toFixed(1)} s`,
    `${leastSecondsOf(leastCalls, rate).toFixed(1)} s`,
    String(calls),
    String(leastCalls),
    ...spreadOf(afterMs),
  ];
}

function faultsIn({ name, rate }: Storm, { mistakes, seconds, calls, leastCalls }: Measured): string[] {
  const [first] = mistakes;
  const leastSeconds = leastSecondsOf(leastCalls, rate);
  return [
    ...(first === undefined ? [] : [`${name}: ${first}; ${mistakes.length} such in all`]),
    ...(calls > CALLS_LIMIT * leastCalls
      ? [`${name}: ${calls} calls; ${CALLS_LIMIT} times the least are allowed`]
      : []),
    ...(seconds > TIME_LIMIT * leastSeconds
      ? [`${name}: ${seconds.toFixed(1)} s; ${TIME_LIMIT} times the least are allowed`]
      : []),
  ];
}

function leastSecondsOf(calls: number, { burst, perSecond }: Rate): number {
  return (calls - burst) / perSecond;
}

function spreadOf(afterMs: readonly number[]): string[] {
  const sorted = afterMs.toSorted((a, b) => a - b);
  const latest = [sorted[Math.floor(sorted.length * 0.95)], sorted.at(-1)].map((ms) => ms ?? Number.NaN);
  return [median(sorted), ...latest].map((ms) => `${(ms / 1_000).toFixed(1)} s`);
}

/** Rules of waiting, each of which would do; ours is the first. */
const RULES: readonly (readonly [name: string, rule: DelayRule])[] = [
  [
    '0.5 s to three times the last wait, 6 s at most (ours)',
    ({ lastMs, random }) => delayAfterThrottling(THROTTLE_POLICY, lastMs, random),
  ],
  [
    'the same, 12 s at most',
    ({ lastMs, random }) => delayAfterThrottling({ ...THROTTLE_POLICY, maxDelayMs: 12_000 }, lastMs, random),
  ],
  [
    '0 to 0.4 s, doubling up to 8 s',
    ({ attempt, random }) => random * Math.min(8_000, 400 * 2 ** (attempt - 1)),
  ],
  [
    '0 to 1 s, doubling up to 30 s',
    ({ attempt, random }) => random * Math.min(30_000, 1_000 * 2 ** (attempt - 1)),
  ],
  ['0 to 1 s', ({ random }) => random * 1_000],
  ['0 to 5 s', ({ random }) => random * 5_000],
];
const ROUNDS = 25;
/** A little storm: just more than comes at once. */
const FEW_REQUESTS = 60;

function simulations(): readonly string[] {
  const heading = [
    'simulated, medians',
    `${REQUESTS} at 40/s`,
    '',
    `${REQUESTS} at 15/s`,
    '',
    `${FEW_REQUESTS} at 40/s`,
    '',
  ];
  const rows = RULES.map(([name, rule]) => [
    name,
    ...simulate(rule, REQUESTS, SSM_RATE),
    ...simulate(rule, REQUESTS, LAMBDA_RATE),
    ...simulate(rule, FEW_REQUESTS, SSM_RATE),
  ]);
  const least = [
    [REQUESTS, SSM_RATE],
    [REQUESTS, LAMBDA_RATE],
    [FEW_REQUESTS, SSM_RATE],
  ] as const;
  const leastRow = [
    'least',
    ...least.flatMap(([calls, rate]) => [`${leastSecondsOf(calls, rate).toFixed(1)} s`, '×1.0']),
  ];
  return tableOf([heading, ...rows, leastRow]);
}

function simulate(rule: DelayRule, requests: number, rate: Rate): string[] {
  const runs = Array.from({ length: ROUNDS }, () => simulateStorm(rule, { requests, rate }));
  const seconds = median(runs.map(({ lastMs }) => lastMs)) / 1_000;
  const ratio = median(runs.map(({ calls }) => calls)) / requests;
  return [`${seconds.toFixed(1)} s`, `×${ratio.toFixed(1)}`];
}
