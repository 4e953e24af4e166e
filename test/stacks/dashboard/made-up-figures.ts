/** A day of a made-up account: deployments by day, a nightly batch, and one mishap of each kind that is easy to show. */

/** The value at a minute of the day; undefined where nothing is counted. */
export type Course = (minute: number) => number | undefined;

const at = (hours: number, minutes: number) => hours * 60 + minutes;
const NEVER: Course = () => 0;

/** So much at these minutes, and nothing else. */
function counts(...moments: readonly (readonly [minute: number, count: number])[]): Course {
  return (minute) => moments.find(([moment]) => moment === minute)?.[1] ?? 0;
}

/** Only what was measured. */
function measured(...moments: readonly (readonly [minute: number, value: number])[]): Course {
  return (minute) => moments.find(([moment]) => moment === minute)?.[1];
}

/** Those of a widget, by what the legend calls them. */
const COURSES: Readonly<Record<string, Readonly<Record<string, Course>>>> = {
  'Answered SUCCESS': {
    EcrImage: counts([at(9, 15), 2], [at(11, 45), 1], [at(17, 0), 3]),
    ImageTag: counts([at(9, 15), 2], [at(10, 30), 1], [at(11, 45), 2], [at(14, 15), 1], [at(17, 0), 3]),
    LayerFingerprint: counts([at(9, 15), 1], [at(14, 15), 4], [at(17, 0), 1]),
    ScheduledScaling: counts([at(14, 15), 1]),
  },
  'Answered FAILED': {
    EcrImage: NEVER,
    ImageTag: counts([at(10, 15), 1]),
    LayerFingerprint: NEVER,
    ScheduledScaling: NEVER,
  },
  'Longest answer': {
    EcrImage: measured([at(9, 15), 4_100], [at(11, 45), 900], [at(17, 0), 7_300]),
    ImageTag: measured(
      [at(9, 15), 310],
      [at(10, 30), 260],
      [at(11, 45), 350],
      [at(14, 15), 290],
      [at(17, 0), 330],
    ),
    LayerFingerprint: measured([at(9, 15), 1_900], [at(14, 15), 2_600], [at(17, 0), 2_100]),
    ScheduledScaling: measured([at(14, 15), 3_200]),
  },
  'Providers that died without an answer': { 'answered for': counts([at(17, 0), 1]) },
  'Errors of functions': {
    'ecr-image': counts([at(17, 0), 1]),
    'image-tag': NEVER,
    'layer-fingerprint': NEVER,
    'scaling-step': counts([at(0, 45), 1]),
    'scheduled-scaling': NEVER,
    undelivered: NEVER,
  },
  'Throttled calls of functions': {
    'ecr-image': NEVER,
    'image-tag': NEVER,
    'layer-fingerprint': NEVER,
    'scaling-step': NEVER,
    'scheduled-scaling': NEVER,
    undelivered: NEVER,
  },
  // Of the whole day.
  Outcomes: {
    Started: () => 4,
    Changed: () => 13,
    Converged: () => 6,
    Superseded: () => 1,
    Late: () => 0,
    Failed: () => 0,
    Drifted: () => 1,
    Duplicate: () => 1,
  },
  Runs: {
    started: counts([at(0, 30), 2], [at(5, 0), 1], [at(13, 0), 1], [at(15, 0), 1]),
    succeeded: counts([at(0, 30), 1], [at(1, 0), 1], [at(5, 30), 1], [at(13, 15), 1], [at(15, 15), 1]),
    failed: NEVER,
    'timed out': NEVER,
    aborted: NEVER,
  },
  'Sweeps in a quarter of an hour': { completed: () => 1 },
  'Dead letters': {
    'waiting to be looked at': (minute) => (minute >= at(12, 0) && minute < at(13, 45) ? 1 : 0),
  },
  'Longest step': {
    'scaling-step': (minute) => {
      const isWorking = [at(0, 30), at(0, 45), at(5, 0), at(5, 15), at(13, 0), at(15, 0)].includes(minute);
      return (isWorking ? 2_100 : 900) + ((minute * 37) % 400);
    },
  },
};

/** @throws Error for a metric that has none: the picture would leave it out. */
export function courseOf(widget: string, label: string): Course {
  const course = COURSES[widget]?.[label];
  if (course !== undefined) return course;
  throw new Error(`made-up-figures.ts has no figures for «${label}» of «${widget}»`);
}
