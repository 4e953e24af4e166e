import { randomBytes } from 'node:crypto';
import type { Provider } from './asynchronous-delivery.ts';
import { type Deliveries, type Exchange, exchange } from './exchange.ts';
import type { ResponseServer } from './response-server.ts';
import { BUILT_IN_TYPE, type ResolvedResource } from './template.ts';
import type { RequestType, WireProperties } from './wire.ts';

/** In which part of a deployment a request was sent. */
export type Phase = 'forward' | 'rollback' | 'cleanup';

/** A resource that the stack has. */
export interface ResourceState extends ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  /** As they were sent: references resolved. */
  readonly properties: WireProperties;
}

/** What is to be done to one resource. */
export interface Operation {
  readonly requestType: RequestType;
  readonly phase: Phase;
  readonly logicalId: string;
  readonly type: string;
  /** What the resource is to be; of a Delete what it was. */
  readonly properties: WireProperties;
  /** What the resource is now. On Update and Delete. */
  readonly before?: ResourceState;
  /** Attributes that the template asks for. */
  readonly attributes: readonly string[];
  readonly cancelled?: AbortSignal;
}

export interface OperationResult {
  /** The resource afterwards; after a failure what a rollback has to deal with. */
  readonly state: ResourceState;
  /** Undefined where the operation succeeded. */
  readonly failure?: string;
}

/** A failure that does not come from a provider's answer. */
export interface InjectedFailure {
  /**
   * A built-in resource fails; a custom resource is not asked at all, as where the deploying principal may not
   * invoke its function.
   */
  readonly logicalId: string;
  /** Fails once this resource's request has been sent: with an answer outstanding, CloudFormation cancels it. */
  readonly whileRunning?: string;
  /** … and not before this is resolved. */
  readonly until?: Promise<void>;
}

export interface OperationSettings {
  readonly fail?: InjectedFailure;
  readonly deliveries?: Deliveries;
  readonly queuedMs?: number;
  /** A RequestId for a request; undefined: a new one. */
  readonly requestId?: (logicalId: string, requestType: RequestType) => string | undefined;
}

export interface OperatorOptions {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly responses: ResponseServer;
  readonly providers: Readonly<Record<string, Provider>>;
  /** Resource type → its documented attributes. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly patienceMs: number;
}

export interface RecordedExchange extends Exchange {
  readonly phase: Phase | 'direct';
}

const MIN_SERVICE_TIMEOUT_SECONDS = 1;
const MAX_SERVICE_TIMEOUT_SECONDS = 3600;

/** Does single operations for one deployment, and keeps the exchanges, in the order in which they ended. */
export class Operator {
  readonly exchanges: RecordedExchange[] = [];
  readonly #options: OperatorOptions;
  readonly #settings: OperationSettings;
  readonly #started = new Map<string, PromiseWithResolvers<void>>();

  constructor(options: OperatorOptions, settings: OperationSettings) {
    this.#options = options;
    this.#settings = settings;
  }

  async perform(operation: Operation): Promise<OperationResult> {
    const { logicalId, phase } = operation;
    const injected = this.#settings.fail;
    if (phase === 'forward' && injected?.logicalId === logicalId) {
      if (injected.whileRunning !== undefined) await this.#hasStarted(injected.whileRunning).promise;
      await injected.until;
      return this.#failed(operation, 'Injected failure');
    }
    if (operation.type === BUILT_IN_TYPE) return this.#builtIn(operation);
    const mistake = serviceTimeoutMistake(operation.properties);
    return mistake ? this.#failed(operation, mistake) : this.#ask(operation);
  }

  async #ask(operation: Operation): Promise<OperationResult> {
    const { requestType, logicalId, before, type } = operation;
    const serviceToken = String(operation.properties.ServiceToken);
    const provider = this.#options.providers[serviceToken];
    if (!provider)
      throw new Error(`No provider stands behind the ServiceToken ${serviceToken} of ${logicalId}`);
    const requestId = this.#settings.requestId?.(logicalId, requestType);
    const documented = this.#options.attributes[type] ?? [];
    const running = exchange(
      {
        requestType,
        serviceToken,
        logicalId,
        stackId: this.#options.stackId,
        resourceType: type,
        properties: operation.properties,
        ...(before && { physicalId: before.physicalId }),
        ...(requestType === 'Update' && before && { oldProperties: before.properties }),
        ...(requestId !== undefined && { requestId }),
      },
      {
        responses: this.#options.responses,
        provider,
        region: this.#options.region,
        attributes: [...new Set([...documented, ...operation.attributes])],
        patienceMs: this.#options.patienceMs,
        ...(this.#settings.deliveries && { deliveries: this.#settings.deliveries }),
        ...(this.#settings.queuedMs !== undefined && { queuedMs: this.#settings.queuedMs }),
        ...(operation.cancelled && { cancelled: operation.cancelled }),
      },
    );
    this.#hasStarted(logicalId).resolve();
    const done = await running;
    this.exchanges.push({ ...done, phase: operation.phase });
    const { answer } = done;
    if (done.outcome !== 'SUCCESS' || !answer) {
      return this.#failed(operation, done.reason ?? done.outcome, answer?.PhysicalResourceId);
    }
    const physicalId = answer.PhysicalResourceId ?? '';
    return { state: this.#state(operation, physicalId, answer.Data ?? {}) };
  }

  #builtIn(operation: Operation): OperationResult {
    const physicalId = operation.before?.physicalId ?? this.#invent(operation.logicalId);
    return { state: this.#state(operation, physicalId, operation.properties) };
  }

  /** A failed operation leaves a resource all the same: with the id of the failed answer, or with one made up. */
  #failed(operation: Operation, failure: string, answeredId?: string): OperationResult {
    const { before, logicalId } = operation;
    const physicalId = answeredId || before?.physicalId || this.#invent(logicalId);
    return { state: this.#state(operation, physicalId, before?.attributes ?? {}), failure };
  }

  #state(
    { logicalId, type, properties }: Operation,
    physicalId: string,
    attributes: ResourceState['attributes'],
  ): ResourceState {
    return { logicalId, type, properties, physicalId, attributes };
  }

  /** What CloudFormation calls a resource that never told its own id. */
  #invent(logicalId: string): string {
    return `${this.#options.stackName}-${logicalId}-${randomBytes(6).toString('hex').toUpperCase()}`;
  }

  #hasStarted(logicalId: string): PromiseWithResolvers<void> {
    const started = this.#started.get(logicalId) ?? Promise.withResolvers<void>();
    this.#started.set(logicalId, started);
    return started;
  }
}

function serviceTimeoutMistake(properties: WireProperties): string | undefined {
  const value = properties.ServiceTimeout;
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const isValid =
    Number.isInteger(seconds) &&
    seconds >= MIN_SERVICE_TIMEOUT_SECONDS &&
    seconds <= MAX_SERVICE_TIMEOUT_SECONDS;
  return isValid ? undefined : `ServiceTimeout ${JSON.stringify(value)} is no integer from 1 to 3600`;
}
