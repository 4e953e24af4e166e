import { AwsError } from '../aws-wire/aws-error.ts';
import type { AwsService, CallContext, WireRequest } from '../aws-wire/aws-service.ts';
import {
  isBoolean,
  isInteger,
  isText,
  isTextList,
  JSON_CONTENT_TYPE,
  type JsonFields,
  parseJsonParameters,
  writeJsonError,
} from '../aws-wire/json-parameters.ts';
import type { EcsAccount } from './ecs-account.ts';
import type { EcsProcesses } from './ecs-processes.ts';
import { type EcsService, type EcsState, pendingCount, runningCount } from './ecs-state.ts';

const TARGET_PREFIX = 'AmazonEC2ContainerServiceV20141113.';
const MAX_SERVICES = 10;
/** A quota of the account, the default one. */
const MAX_TASKS = 5000;

interface EcsInputs {
  readonly DescribeServices: {
    readonly services: readonly string[];
    readonly cluster?: string;
    readonly include?: readonly string[];
  };
  readonly UpdateService: {
    readonly service: string;
    readonly cluster?: string;
    readonly desiredCount?: number;
    readonly forceNewDeployment?: boolean;
  };
  readonly DeleteService: { readonly service: string; readonly cluster?: string; readonly force?: boolean };
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html */
const FIELDS: Readonly<Record<keyof EcsInputs, JsonFields>> = {
  DescribeServices: {
    services: [true, isTextList],
    cluster: [false, isText],
    include: [false, (value) => isTextList(value) && (value as string[]).every((name) => name === 'TAGS')],
  },
  UpdateService: {
    service: [true, isText],
    cluster: [false, isText],
    desiredCount: [false, isInteger],
    forceNewDeployment: [false, isBoolean],
  },
  DeleteService: { service: [true, isText], cluster: [false, isText], force: [false, isBoolean] },
};

/** Amazon ECS: what of it scales a service. */
export class EcsApi implements AwsService {
  readonly contentType = JSON_CONTENT_TYPE;
  readonly account: EcsAccount;
  readonly processes: EcsProcesses;
  readonly #arnPrefix: string;

  /** @param arnPrefix `arn:aws:ecs:us-east-1:111122223333` */
  constructor(account: EcsAccount, processes: EcsProcesses, arnPrefix: string) {
    this.account = account;
    this.processes = processes;
    this.#arnPrefix = arnPrefix;
  }

  parse({ target, contentType, body }: WireRequest): { action: string; input: Record<string, unknown> } {
    const action = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
    if (contentType !== JSON_CONTENT_TYPE || !isAction(action)) {
      throw new AwsError('UnknownOperationException', `There is no action ${target} of ${contentType}`);
    }
    return { action, input: parseJsonParameters(body, FIELDS[action], 'InvalidParameterException') };
  }

  isMutation(action: string): boolean {
    return action !== 'DescribeServices';
  }

  carryOut(
    action: string,
    input: Record<string, unknown>,
    { readAt, mishap }: CallContext,
  ): Record<string, unknown> {
    if (!isAction(action)) throw new AwsError('UnknownOperationException', `There is no action ${action}`);
    switch (action) {
      case 'DescribeServices':
        return this.#describe(
          this.account.history.at(readAt),
          input as unknown as EcsInputs['DescribeServices'],
        );
      case 'UpdateService':
        return this.#update(input as unknown as EcsInputs['UpdateService'], mishap);
      case 'DeleteService':
        return this.#delete(input as unknown as EcsInputs['DeleteService']);
    }
  }

  writeAnswer(_: string, answer: Record<string, unknown>): string {
    return JSON.stringify(answer);
  }

  writeError(error: AwsError): string {
    return writeJsonError(error);
  }

  #describe(state: EcsState, { services, cluster, include = [] }: EcsInputs['DescribeServices']) {
    const clusterName = getCluster(state, cluster);
    if (services.length === 0 || services.length > MAX_SERVICES) {
      throw new AwsError('InvalidParameterException', `Services must be from 1 to ${MAX_SERVICES}.`);
    }
    const names = services.map(nameOf);
    const found = names.map((name) => state.services.get(`${clusterName}/${name}`));
    return {
      services: found
        .filter((service) => service !== undefined)
        .map((service) => this.#write(service, include.includes('TAGS'))),
      failures: names
        .filter((_, index) => found[index] === undefined)
        .map((name) => ({ arn: `${this.#arnPrefix}:service/${clusterName}/${name}`, reason: 'MISSING' })),
    };
  }

  #update(
    { service: text, cluster, desiredCount, forceNewDeployment }: EcsInputs['UpdateService'],
    mishap: CallContext['mishap'],
  ) {
    const { key, service } = this.#getActive(text, cluster);
    if (desiredCount !== undefined && (desiredCount < 0 || desiredCount > MAX_TASKS)) {
      throw new AwsError(
        'InvalidParameterException',
        `desiredCount is from 0 to ${MAX_TASKS}, not ${desiredCount}.`,
      );
    }
    if (desiredCount !== undefined) this.processes.setDesiredCount(key, desiredCount, mishap);
    if (forceNewDeployment) this.processes.deploy(key, mishap);
    return { service: this.#write(this.account.findService(key) ?? service, false) };
  }

  #delete({ service: text, cluster, force = false }: EcsInputs['DeleteService']) {
    const { key, service } = this.#getActive(text, cluster);
    this.processes.delete(key, force);
    return { service: this.#write(this.account.findService(key) ?? service, false) };
  }

  #getActive(text: string, cluster: string | undefined) {
    const key = `${getCluster(this.account.state, cluster)}/${nameOf(text)}`;
    const service = this.account.findService(key);
    if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
    if (service.status !== 'ACTIVE')
      throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
    return { key, service };
  }

  #write(service: EcsService, withTags: boolean): Record<string, unknown> {
    const { cluster, name, status, desiredCount, deployments, tags } = service;
    return {
      serviceArn: `${this.#arnPrefix}:service/${cluster}/${name}`,
      serviceName: name,
      clusterArn: `${this.#arnPrefix}:cluster/${cluster}`,
      status,
      desiredCount,
      runningCount: runningCount(service),
      pendingCount: pendingCount(service),
      launchType: 'FARGATE',
      schedulingStrategy: 'REPLICA',
      deployments: deployments.map((deployment, index) => ({
        id: deployment.id,
        status: index === 0 ? 'PRIMARY' : 'ACTIVE',
        desiredCount: index === 0 ? desiredCount : deployment.runningCount,
        runningCount: deployment.runningCount,
        pendingCount: deployment.pendingCount,
        failedTasks: deployment.failedTasks,
        rolloutState: deployment.rolloutState,
        rolloutStateReason: deployment.rolloutStateReason,
        createdAt: deployment.createdAt / 1000,
      })),
      ...(withTags && { tags: [...tags].map(([key, value]) => ({ key, value })) }),
    };
  }
}

function isAction(name: string): name is keyof EcsInputs {
  return Object.hasOwn(FIELDS, name);
}

/** A short name or an ARN; by default `default`. */
function getCluster({ clusters }: EcsState, text = 'default'): string {
  const name = nameOf(text);
  if (!clusters.has(name)) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return name;
}

function nameOf(text: string): string {
  return text.startsWith('arn:') ? (text.split('/').at(-1) ?? '') : text;
}
