import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from './cloudformation/stack-status-store.ts';
import { readEnvironment, readScalingEnvironment } from './environment.ts';
import { Outbound } from './network/outbound.ts';
import { outboundRulesOf } from './network/outbound-rules.ts';
import { provider } from './provider.ts';
import { scheduledScaling } from './resources/scheduled-scaling.ts';
import { DynamoDbPlanStore } from './scaling/store/dynamodb-plan-store.ts';
import { createSfnClient, SfnExecutionStore } from './scaling/store/execution-store.ts';
import { EventBridgeScheduleStore } from './scaling/store/schedule-store.ts';
import { createSchedulerClient } from './scaling/store/scheduler-api-store.ts';
import { createDynamoDbClient, TableStore } from './scaling/store/table-store.ts';
import { AwsTargetSurveyor } from './scaling/targets/aws-target-surveyor.ts';
import { createScalingClients } from './scaling/targets/scaling-clients.ts';
import { logger, tracer } from './telemetry.ts';

const environment = readEnvironment();
const { tableName, stateMachineArn, scheduleRoleArn, deadLetterArn, scalableTargets } =
  readScalingEnvironment();
const outbound = new Outbound(outboundRulesOf(environment));
const dynamoDb = tracer.captureAWSv3Client(createDynamoDbClient());
const scheduler = tracer.captureAWSv3Client(createSchedulerClient());
const sfn = tracer.captureAWSv3Client(createSfnClient());
const cloudFormation = tracer.captureAWSv3Client(createCloudFormationClient());

const resource = scheduledScaling({
  plans: new DynamoDbPlanStore(new TableStore(dynamoDb, { table: tableName })),
  schedules: new EventBridgeScheduleStore(scheduler),
  runs: new SfnExecutionStore(sfn, { stateMachineArn }),
  targets: new AwsTargetSurveyor({ clients: createScalingClients(), scalableTargets }),
  statuses: new CloudFormationStackStatuses(cloudFormation, logger),
  setting: { stateMachineArn, roleArn: scheduleRoleArn, deadLetterArn },
  place: environment,
  clock: Date.now,
  log: logger,
});

/** The provider of `Custom::ScheduledScaling`. */
export const handler = provider(resource, { environment, outbound });
