import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { type Account, openAccount } from '../../../local/account.ts';
import { type Answer, watchAnswers } from '../../../local/answers.ts';
import { cdkFor } from '../../../local/cdk.ts';
import { deployService } from '../../../local/example-run.ts';
import { type MiniStackOptions, startMiniStack } from '../../../local/ministack.ts';
import { Progress } from '../../../local/progress.ts';
import { findStack } from '../../../local/stack-events.ts';

const NEVER = new AbortController().signal;
/** What the resources of these stacks wait for an answer, in seconds. */
export const SERVICE_TIMEOUT_SECONDS = 20;
const STACK_LIMIT_MS = 60_000;
const POLL_MS = 50;

/** A resource of the service's, by its own properties. */
export interface AskedResource {
  readonly Type: `Custom::${string}`;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** How a stack ended. */
export interface StackEnd {
  readonly stackId: string;
  readonly status: string;
  /** The answer to the resource that was asked. */
  readonly answer: Answer;
  /** Its attributes as the stack's outputs have them; none where it failed. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface StackWish {
  /** It is created where it is not there, and updated otherwise. */
  readonly stack: string;
  /** The resource `Asked`. */
  readonly asked: AskedResource;
  readonly attributes: readonly string[];
  /** What else is in the stack. */
  readonly resources?: Readonly<Record<string, object>>;
}

/** An account on MiniStack with the service in it, as the CDK CLI deploys it, or another tool. */
export interface DeployedService extends AsyncDisposable {
  readonly account: Account;
  deploy(wish: StackWish): Promise<StackEnd>;
  /** The events of a function's log, in one text. */
  readLog(functionName: string): Promise<string>;
}

export interface DeployedServiceOptions extends Pick<MiniStackOptions, 'waitScale'> {
  /** How the service comes there. Default: by the CDK CLI. */
  readonly deployBy?: (account: Account) => Promise<unknown>;
}

export async function startDeployedService({
  deployBy,
  ...options
}: DeployedServiceOptions = {}): Promise<DeployedService> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-service-'));
  const ministack = await startMiniStack({ ...options, folder: join(folder, 'ministack') });
  const dispose = async () => {
    await ministack.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const account = await openAccount(ministack.endpoint, {});
    const progress = new Progress({ write: () => true });
    if (deployBy === undefined) {
      await deployService({ account, cdk: cdkFor(account, join(folder, 'cdk')), progress });
    } else {
      await deployBy(account);
    }
    return {
      account,
      deploy: (wish) => deployStack(account, wish),
      readLog: (functionName) => readLog(account, `/aws/lambda/${functionName}`),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Creates or updates a stack that asks for one resource. */
export async function deployStack(account: Account, wish: StackWish): Promise<StackEnd> {
  const { cloudFormation } = account;
  const { stack: StackName, asked } = wish;
  const input = { StackName, TemplateBody: JSON.stringify(templateOf(wish)) };
  const isThere = (await findStack(cloudFormation, StackName)) !== undefined;
  const answers = await watchAnswers({
    client: cloudFormation,
    stacks: [StackName],
    isMeant: ({ logicalId, request }) => logicalId === 'Asked' && request !== 'Delete',
    report: () => {},
    signal: NEVER,
    work: async () => {
      await cloudFormation.send(isThere ? new UpdateStackCommand(input) : new CreateStackCommand(input));
      await ended(account, StackName);
    },
  });
  const { stackId = '', status = '', outputs = {} } = (await findStack(cloudFormation, StackName)) ?? {};
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) {
    throw new Error(`the stack ${StackName} had ${answers.length} answers to ${asked.Type}, not one`);
  }
  return { stackId, status, answer, attributes: outputs };
}

function templateOf({ asked, attributes, resources = {} }: StackWish) {
  const name = asked.Type.replace('Custom::', '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
  return {
    Resources: {
      Asked: {
        Type: asked.Type,
        Properties: {
          ServiceToken: {
            'Fn::Sub': `arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:deploytime-${name}`,
          },
          ServiceTimeout: SERVICE_TIMEOUT_SECONDS,
          ...asked.Properties,
        },
      },
      ...resources,
    },
    Outputs: Object.fromEntries(
      attributes.map((attribute) => [attribute, { Value: { 'Fn::GetAtt': ['Asked', attribute] } }]),
    ),
  };
}

async function ended({ cloudFormation }: Account, stackName: string): Promise<void> {
  const deadline = performance.now() + STACK_LIMIT_MS;
  while (performance.now() < deadline) {
    const stack = await findStack(cloudFormation, stackName);
    if (stack !== undefined && !stack.status.endsWith('_IN_PROGRESS')) return;
    await sleep(POLL_MS);
  }
  throw new Error(`the stack ${stackName} did not come to its end in ${STACK_LIMIT_MS / 1000} s`);
}

/** CloudWatch Logs' answer, in which the log's lines stand. */
async function readLog({ endpoint, accountId, region }: Account, logGroupName: string): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
      // MiniStack reads account and Region from it, and checks no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=${accountId}/20260101/${region}/logs/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ logGroupName }),
  });
  if (response.ok) return response.text();
  throw new Error(`MiniStack answered ${response.status} to a look at the log ${logGroupName}`);
}
