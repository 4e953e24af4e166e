import {
  DATABASE_CLUSTER,
  EXAMPLE_STACK,
  NIGHTLY_STACK,
  RELEASE_PARAMETER,
  RELEASE_STACK,
  removalCommands,
} from './deployed.ts';
import { STATE_MACHINE } from './scaling-execution.ts';
import { SCALING_TABLE } from './scaling-table.ts';
import type { Story } from './story.ts';

/** How to look into an account that stays, with the AWS CLI. */
const LOOKS: Readonly<Record<Story, readonly string[]>> = {
  images: [
    `aws cloudformation describe-stacks --stack-name ${EXAMPLE_STACK}`,
    `aws cloudformation describe-stack-events --stack-name ${EXAMPLE_STACK}`,
    'aws ecr describe-repositories',
    logOf('ecr-image'),
  ],
  tags: [
    `aws cloudformation describe-stacks --stack-name ${RELEASE_STACK}`,
    `aws ssm get-parameter --name ${RELEASE_PARAMETER}`,
    logOf('image-tag'),
  ],
  layers: ['aws lambda list-layers', logOf('layer-fingerprint')],
  scaling: [
    `aws cloudformation describe-stacks --stack-name ${NIGHTLY_STACK}`,
    `aws docdb describe-db-clusters --db-cluster-identifier ${DATABASE_CLUSTER} --query 'DBClusters[].DBClusterMembers'`,
    `aws stepfunctions list-executions --state-machine-arn $(aws stepfunctions list-state-machines --query "stateMachines[?name=='${STATE_MACHINE}'].stateMachineArn" --output text)`,
    `aws dynamodb scan --table-name ${SCALING_TABLE} --query 'Items[].json.S' --output text`,
    logOf('scaling-step'),
  ],
};

function logOf(name: string): string {
  return `aws logs filter-log-events --log-group-name /aws/lambda/deploytime-${name} --query 'events[].message' --output text`;
}

/** What to do with an account on MiniStack that keeps running. @param variables How to reach it. */
export function howToUseKept(variables: Readonly<Record<string, string>>, stories: readonly Story[]): string {
  return paragraphs(
    'The account keeps running, with the examples in it. To talk to it:',
    [...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`), ...looks(stories)],
    'To end it: npm run local -- --stop',
  );
}

/** What to do with a given account that keeps what was deployed. Its credentials are a secret, and known already. */
export function howToUseGiven(stories: readonly Story[]): string {
  return paragraphs(
    'The examples stay in the account. To look at them:',
    looks(stories),
    ...howToRemove(stories),
  );
}

/** What to do where a given account keeps what was not meant to stay. */
export function howToRemoveRest(stories: readonly Story[]): string {
  return paragraphs(
    'What was deployed is still in the account, in whole or in part.',
    ...howToRemove(stories),
  );
}

function looks(stories: readonly Story[]): string[] {
  return stories.flatMap((story) => LOOKS[story]);
}

function howToRemove(stories: readonly Story[]): [string, string[]] {
  return ["To remove it, all but CDK's bootstrap stack:", removalCommands(stories)];
}

function paragraphs(...parts: readonly (string | readonly string[])[]): string {
  const texts = parts.map((part) => (typeof part === 'string' ? part : commands(part)));
  return `\n${texts.join('\n')}\n`;
}

function commands(lines: readonly string[]): string {
  return `${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
