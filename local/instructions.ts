import { EXAMPLE_STACK, removalCommands } from './deployed.ts';

/** How to look into an account that stays, with the AWS CLI. */
const LOOKS = [
  `aws cloudformation describe-stacks --stack-name ${EXAMPLE_STACK}`,
  `aws cloudformation describe-stack-events --stack-name ${EXAMPLE_STACK}`,
  'aws ecr describe-repositories',
  "aws logs filter-log-events --log-group-name /aws/lambda/deploytime-ecr-image --query 'events[].message' --output text",
];

/** What to do with an account on MiniStack that keeps running. @param variables How to reach it. */
export function howToUseKept(variables: Readonly<Record<string, string>>): string {
  return paragraphs(
    'The account keeps running, with the example in it. To talk to it:',
    [...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`), ...LOOKS],
    'To end it: npm run local -- --stop',
  );
}

/** What to do with a given account that keeps what was deployed. Its credentials are a secret, and known already. */
export function howToUseGiven(): string {
  return paragraphs('The example stays in the account. To look at it:', LOOKS, ...howToRemove());
}

/** What to do where a given account keeps what was not meant to stay. */
export function howToRemoveRest(): string {
  return paragraphs('What was deployed is still in the account, in whole or in part.', ...howToRemove());
}

function howToRemove(): [string, string[]] {
  return ["To remove it, all but CDK's bootstrap stack:", removalCommands()];
}

function paragraphs(...parts: readonly (string | readonly string[])[]): string {
  const texts = parts.map((part) => (typeof part === 'string' ? part : commands(part)));
  return `\n${texts.join('\n')}\n`;
}

function commands(lines: readonly string[]): string {
  return `${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
