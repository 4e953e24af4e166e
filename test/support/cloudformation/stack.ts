import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Provider } from './asynchronous-delivery.ts';
import { Deployment, type DeploymentOutcome, type ProgressStatus, type Resources } from './deployment.ts';
import { exchange } from './exchange.ts';
import {
  type OperationSettings,
  Operator,
  type OperatorOptions,
  type RecordedExchange,
} from './operation.ts';
import type { ResponseServer } from './response-server.ts';
import { resolveProperties, type Template, type TemplateProperties } from './template.ts';
import { type Violation, violationsOf } from './violation.ts';
import type { RequestType } from './wire.ts';

export const DEFAULT_PARTITION = 'aws';
export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_ACCOUNT_ID = '111122223333';

export interface StackOptions {
  readonly responses: ResponseServer;
  /** Service token → who answers. */
  readonly providers: Readonly<Record<string, Provider>>;
  /** Default `example`. */
  readonly stackName?: string;
  /** Default `aws`. */
  readonly partition?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `111122223333`. */
  readonly accountId?: string;
  /** Resource type → the attributes it documents, each of which every Create and Update must answer with. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  /** The longest that is really waited for an answer, in milliseconds. Default 30 000. */
  readonly patienceMs?: number;
  /** Everything that the providers logged so far: it must not hold the response URL. */
  readonly log?: () => string;
}

export interface DeployOptions extends Omit<OperationSettings, 'requestId'> {
  /** `reused`: as a retried deployment does, the RequestIds of the former requests of the same kind. */
  readonly requestIds?: 'fresh' | 'reused';
}

export interface DeployResult extends DeploymentOutcome {
  /** The requests of this deployment, in the order in which they were done with. */
  readonly exchanges: readonly RecordedExchange[];
}

/** A single request out of any order. What is not given is made up as CloudFormation would. */
export interface DirectRequest {
  readonly requestType: RequestType;
  readonly resourceType: string;
  /** With ServiceToken. */
  readonly properties: TemplateProperties;
  readonly oldProperties?: TemplateProperties;
  /** Default `Direct`. */
  readonly logicalId?: string;
  readonly physicalId?: string;
  readonly stackId?: string;
  readonly requestId?: string;
  /** Default: one of the response server. */
  readonly responseUrl?: string;
}

const DEFAULT_PATIENCE_MS = 30_000;

/**
 * A stack as CloudFormation keeps it: deploy a template, deploy the next one over it, delete it. Custom resources
 * are asked by real requests, and every answer is held against the rules.
 */
export class Stack {
  readonly stackId: string;
  readonly #options: StackOptions;
  readonly #operator: OperatorOptions;
  readonly #exchanges: RecordedExchange[] = [];
  readonly #requestIds = new Map<string, string>();
  #template: Template = {};
  #resources: Resources = new Map();
  #status: DeploymentOutcome['status'] | undefined;
  /** While it runs. */
  #deployment: Deployment | undefined;

  constructor(options: StackOptions) {
    const {
      partition = DEFAULT_PARTITION,
      region = DEFAULT_REGION,
      accountId = DEFAULT_ACCOUNT_ID,
    } = options;
    const stackName = options.stackName ?? 'example';
    this.#options = options;
    this.stackId = `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${randomUUID()}`;
    this.#operator = {
      stackId: this.stackId,
      stackName,
      region,
      responses: options.responses,
      providers: options.providers,
      attributes: options.attributes ?? {},
      patienceMs: options.patienceMs ?? DEFAULT_PATIENCE_MS,
    };
  }

  /** What the stack has now. */
  get resources(): Resources {
    return this.#resources;
  }

  /** As DescribeStacks tells it; undefined while there is no stack. */
  get status(): DeploymentOutcome['status'] | ProgressStatus | undefined {
    return this.#deployment?.status ?? this.#status;
  }

  /** Every request so far. */
  get exchanges(): readonly RecordedExchange[] {
    return this.#exchanges;
  }

  /**
   * Creates the stack, or updates it where it is there.
   * @throws Error where CloudFormation would not take the template, or the stack's state allows no deployment.
   */
  async deploy(template: Template, options: DeployOptions = {}): Promise<DeployResult> {
    const isNew = this.#status === undefined || this.#status === 'DELETE_COMPLETE';
    if (!isNew && !/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(this.#status ?? '')) {
      throw new Error(`Stack is in ${this.#status} state and can not be updated`);
    }
    const operator = this.#begin(options);
    const deployment = new Deployment(operator, template, this.#template, this.#resources);
    this.#deployment = deployment;
    const outcome = isNew ? await deployment.create() : await deployment.update();
    // After a failed Create too: what its rollback could not delete goes with the stack.
    if (isNew || outcome.status === 'UPDATE_COMPLETE') this.#template = template;
    return this.#end(operator, outcome);
  }

  /** Deletes the stack. @throws Error where there is none. */
  async delete(options: DeployOptions = {}): Promise<DeployResult> {
    if (this.#status === undefined) throw new Error('The stack does not exist');
    const operator = this.#begin(options);
    const deployment = new Deployment(operator, {}, this.#template, this.#resources);
    this.#deployment = deployment;
    return this.#end(operator, await deployment.delete());
  }

  /** Sends one request out of any order: a Delete of an id that nobody knows, another account's stack … */
  async send(
    request: DirectRequest,
    options: Pick<DeployOptions, 'deliveries' | 'queuedMs'> = {},
  ): Promise<RecordedExchange> {
    const { properties, oldProperties, responseUrl, ...content } = request;
    const serviceToken = String(properties.ServiceToken);
    const provider = this.#options.providers[serviceToken];
    if (!provider) throw new Error(`No provider stands behind the ServiceToken ${serviceToken}`);
    const none = new Map<string, never>();
    const done = await exchange(
      {
        stackId: this.stackId,
        logicalId: 'Direct',
        ...content,
        serviceToken,
        properties: resolveProperties(properties, none),
        ...(oldProperties && { oldProperties: resolveProperties(oldProperties, none) }),
        ...(responseUrl !== undefined && { responseUrl }),
      },
      {
        ...this.#operator,
        provider,
        attributes: this.#operator.attributes[request.resourceType] ?? [],
        ...options,
      },
    );
    const recorded: RecordedExchange = { ...done, phase: 'direct' };
    this.#exchanges.push(recorded);
    return recorded;
  }

  /** Waits until invocations whose requests were cancelled have ended, but not longer than the patience. */
  async settle(): Promise<void> {
    const stop = new AbortController();
    const patience = sleep(this.#operator.patienceMs, undefined, { signal: stop.signal }).catch(() => {});
    const cancelled = this.#exchanges.filter(({ outcome }) => outcome === 'CANCELLED');
    const deliveries = cancelled.flatMap((one) => one.deliveries);
    await Promise.race([Promise.allSettled(deliveries), patience]);
    stop.abort();
  }

  /** Every rule that was broken so far, by whichever request. */
  async violations(): Promise<Violation[]> {
    const violations: Violation[] = [];
    const log = this.#options.log?.() ?? '';
    for (const one of this.#exchanges) {
      violations.push(...violationsOf({ ...(await one.answered()), log }));
    }
    const strays = this.#options.responses.strays.map((stray): Violation => {
      const sentence = `Something was sent where no answer was expected: ${stray.split('?')[0]}.`;
      return { rule: 'goes to the response URL only', sentence };
    });
    return [...violations, ...strays];
  }

  #begin(options: DeployOptions): Operator {
    const { requestIds, ...settings } = options;
    return new Operator(this.#operator, {
      ...settings,
      requestId: (logicalId, requestType) =>
        requestIds === 'reused' ? this.#requestIds.get(`${logicalId} ${requestType}`) : undefined,
    });
  }

  #end(operator: Operator, outcome: DeploymentOutcome): DeployResult {
    for (const { request } of operator.exchanges) {
      this.#requestIds.set(`${request.LogicalResourceId} ${request.RequestType}`, request.RequestId);
    }
    this.#exchanges.push(...operator.exchanges);
    this.#resources = outcome.resources;
    this.#status = outcome.status;
    this.#deployment = undefined;
    if (outcome.status === 'DELETE_COMPLETE') this.#template = {};
    return { ...outcome, exchanges: operator.exchanges };
  }
}
