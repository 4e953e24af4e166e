import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { scalingResourceName } from './service-name.ts';

/** How often everything is looked at that should have the capacity of a window, or have lost it again. */
export const SWEEP_INTERVAL = Duration.minutes(15);
/** What is older has been overtaken by the next sweep. */
const MAX_EVENT_AGE = SWEEP_INTERVAL;
const RETRY_ATTEMPTS = 2;

export interface ScalingSweepProps {
  readonly qualifier?: string;
  /** `deploytime-scaling-step`. */
  readonly step: IFunction;
  readonly deadLetters: IQueue;
}

/** Sees to what no schedule and no run did. */
export class ScalingSweep extends Construct {
  constructor(scope: Construct, id: string, { qualifier, step, deadLetters }: ScalingSweepProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      ruleName: scalingResourceName('scaling-sweep', qualifier),
      description: 'Looks for scheduled scaling that was missed, or undone',
      schedule: Schedule.rate(SWEEP_INTERVAL),
      targets: [
        new LambdaFunction(step, {
          event: RuleTargetInput.fromObject({ task: 'sweep' }),
          maxEventAge: MAX_EVENT_AGE,
          retryAttempts: RETRY_ATTEMPTS,
          deadLetterQueue: deadLetters,
        }),
      ],
    });
  }
}
