/** What the state machine needs to know; everything else is decided by the function. */
export interface ScalingRunDefinitionProps {
  /** The ARN of `deploytime-scaling-step`. */
  readonly stepFunctionArn: string;
}

/**
 * An execution that is started with its window waits for the window's end, or for the end of a person's word: as long
 * as Step Functions lets one live. How long a run is at work is the function's to say. In seconds.
 */
const EXECUTION_TIMEOUT_SECONDS = 365 * 24 * 3600;
/** The function's own timeout is 60 s. In seconds. */
const STEP_TIMEOUT_SECONDS = 90;
/**
 * Throttling and broken reads pass; a function that can't be loaded doesn't. At most 6 minutes in all, less than the
 * lease of a target. What can't be mended by another try is no error of the function, but its answer.
 */
export const STEP_RETRY = {
  IntervalSeconds: 2,
  MaxAttempts: 8,
  BackoffRate: 2,
  MaxDelaySeconds: 120,
} as const;

/**
 * The state machine of a run, in Amazon States Language: it asks the function what to do, waits as long as it says, and
 * asks again. Nothing is decided here.
 * @see https://states-language.net/
 */
export function scalingRunDefinition({ stepFunctionArn }: ScalingRunDefinitionProps): object {
  const task = {
    Type: 'Task',
    Resource: stepFunctionArn,
    TimeoutSeconds: STEP_TIMEOUT_SECONDS,
    Retry: [{ ErrorEquals: ['States.ALL'], ...STEP_RETRY, JitterStrategy: 'FULL' }],
  };
  const context = {
    'execution.$': '$$.Execution.Id',
    'startedAt.$': '$$.Execution.StartTime',
    'input.$': '$$.Execution.Input',
    'progress.$': '$.progress',
  };
  return {
    Comment: 'A run of Custom::ScheduledScaling: one change at a time, until everything is as it should be',
    StartAt: 'Begin',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      // In place of the input, which is any JSON that somebody typed.
      Begin: { Type: 'Pass', Result: { progress: { ended: [] } }, Next: 'Step' },
      Step: {
        ...task,
        Comment: 'Observes, decides, makes at most one change',
        Parameters: { task: 'step', ...context },
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Broken' }],
        Next: 'Answer',
      },
      Answer: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.kind', StringEquals: 'wait', Next: 'Wait' },
          { Variable: '$.outcome', StringEquals: 'Failed', Next: 'Failed' },
        ],
        Default: 'Done',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Step' },
      Broken: {
        ...task,
        Comment: 'Reports it and gives the target back; the sweep begins again',
        Parameters: { task: 'broken', ...context, 'error.$': '$.error' },
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Lost' }],
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: 'Failed', CausePath: '$.reason' },
      Lost: {
        Type: 'Fail',
        Error: 'Failed',
        Cause: 'deploytime-scaling-step could not be asked; its log says why',
      },
      Done: { Type: 'Succeed' },
    },
  };
}
