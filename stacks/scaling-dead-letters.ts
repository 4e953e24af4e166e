import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeFinding } from './finding.ts';
import { scalingResourceName } from './service-name.ts';

/** The longest that SQS keeps a message. */
const RETENTION = Duration.days(14);

export interface ScalingDeadLettersProps {
  readonly qualifier?: string;
}

/** Where EventBridge and its Scheduler leave what they could not start. Nobody reads it but people. */
export class ScalingDeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { qualifier }: ScalingDeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      queueName: scalingResourceName('scaling-dead-letters', qualifier),
      retentionPeriod: RETENTION,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    acknowledgeFinding(this.queue, {
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is the queue of dead letters itself.',
    });
  }
}
