import { randomBytes, randomUUID } from 'node:crypto';
import { ExecutionEnvironment, type Outcome } from './execution-environment.ts';
import {
  DEFAULT_INIT_LIMIT_MS,
  DEFAULT_TIMEOUT_SECONDS,
  type FunctionConfiguration,
  functionArn,
} from './function-configuration.ts';
import { type Death, errorOfDeath, type FunctionError, type Invocation, type Kill } from './invocation.ts';

export interface InvokeOptions {
  /** Default: a new one. */
  readonly requestId?: string;
  /** Starts a process for it, even where a warm one is idle. Default false. */
  readonly cold?: boolean;
  /** For this one invocation. Default: the function's own. */
  readonly timeoutSeconds?: number;
  /** Kills the process meanwhile. Default: nobody does. */
  readonly kill?: Kill;
}

/**
 * A built function that runs in processes of its own, as Lambda runs it: one event at a time in each, a warm process
 * again for the next event, another one for an event meanwhile.
 *
 * What it does as Lambda does: Runtime API, environment, context, deadline, memory limit, V8's limits, failing and slow
 * inits (one more try within the invocation), Lambda's errors for a process that died. What it does not: CPU in
 * proportion to memory, concurrency limits, extensions, layers, response streaming, IAM.
 */
export class LambdaFunction {
  readonly configuration: FunctionConfiguration;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  #isStopped = false;

  constructor(configuration: FunctionConfiguration) {
    this.configuration = configuration;
  }

  get arn(): string {
    return functionArn(this.configuration);
  }

  /** Everything that every process of this function wrote, process by process. */
  get lines(): readonly string[] {
    return [...this.#all].flatMap(({ lines }) => lines.map(({ text }) => text));
  }

  /**
   * Runs one event to its end: until the function asks for the next, or its process is dead.
   * A function that fails is no error here; the invocation tells.
   */
  async invoke(event: unknown, options: InvokeOptions = {}): Promise<Invocation> {
    const requestId = options.requestId ?? randomUUID();
    const { environment, initMs, begun, initFailure } = await this.#environmentFor(options.cold === true);
    if (initFailure) {
      return {
        requestId,
        initMs,
        durationMs: performance.now() - begun,
        maxMemoryBytes: environment.peakMemoryBytes,
        lines: [...environment.lines],
        outcome: 'failed',
        error: asError(initFailure, requestId),
      };
    }
    // A cold one's init belongs to its first invocation.
    const firstLine = initMs === undefined ? environment.lines.length : 0;
    const outcome = await this.#run(environment, event, requestId, options);
    const expense = {
      requestId,
      initMs,
      durationMs: performance.now() - begun,
      maxMemoryBytes: environment.peakMemoryBytes,
      lines: environment.lines.slice(firstLine),
    };
    if (environment.isAlive) this.#idle.push(environment);
    return outcome.kind === 'returned'
      ? { ...expense, outcome: 'returned', payload: JSON.parse(outcome.payload) }
      : { ...expense, outcome: 'failed', error: asError(outcome, requestId) };
  }

  /** Ends the warm processes: the next event meets a cold one. */
  async recycle(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((environment) => environment.stop()));
  }

  /** Ends everything, also invocations that are under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#all].map((environment) => environment.stop()));
  }

  async #run(
    environment: ExecutionEnvironment,
    event: unknown,
    requestId: string,
    options: InvokeOptions,
  ): Promise<Outcome> {
    const timeoutSeconds =
      options.timeoutSeconds ?? this.configuration.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    const timeoutMs = timeoutSeconds * 1000;
    const timer = setTimeout(() => environment.kill({ cause: 'timeout', timeoutSeconds }), timeoutMs);
    const disarm = arm(environment, options.kill);
    try {
      environment.offer({
        requestId,
        deadlineMs: Date.now() + timeoutMs,
        functionArn: this.arn,
        traceId: newTraceId(),
        payload: JSON.stringify(event ?? null),
      });
      return await environment.outcome;
    } finally {
      clearTimeout(timer);
      disarm();
    }
  }

  /** A warm process, or a new one after its init. An init that failed is tried once more, on the function's time. */
  async #environmentFor(cold: boolean): Promise<{
    environment: ExecutionEnvironment;
    initMs: number | undefined;
    /** When the invocation's own time began. */
    begun: number;
    initFailure?: Outcome;
  }> {
    const warm = cold ? undefined : this.#idle.pop();
    if (warm?.isAlive) return { environment: warm, initMs: undefined, begun: performance.now() };
    const { initLimitMs = DEFAULT_INIT_LIMIT_MS, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } =
      this.configuration;
    const first = await this.#start(initLimitMs, timeoutSeconds);
    if (first.outcome.kind === 'idle') return { ...first, begun: performance.now() };
    const begun = performance.now();
    const second = await this.#start(timeoutSeconds * 1000, timeoutSeconds);
    if (second.outcome.kind === 'idle') return { ...second, begun };
    return { ...second, begun, initFailure: second.outcome };
  }

  /** Starts a process and waits for its init. One that failed is ended. */
  async #start(limitMs: number, timeoutSeconds: number) {
    if (this.#isStopped) throw new Error(`${this.configuration.functionName} was stopped`);
    const started = performance.now();
    const environment = await ExecutionEnvironment.start(this.configuration);
    this.#all.add(environment);
    const timer = setTimeout(() => environment.kill({ cause: 'timeout', timeoutSeconds }), limitMs);
    const outcome = await environment.outcome;
    clearTimeout(timer);
    const initMs = performance.now() - started;
    if (outcome.kind !== 'idle') await environment.stop();
    return { environment, initMs, outcome };
  }
}

/** Watches for the moment at which the process is to be killed. @returns what ends the watch. */
function arm(environment: ExecutionEnvironment, kill: Kill | undefined): () => void {
  if (kill === undefined) return () => {};
  const now = () => environment.kill();
  if ('afterMs' in kill) {
    const timer = setTimeout(now, kill.afterMs);
    return () => clearTimeout(timer);
  }
  if ('onLine' in kill) return environment.onLine((line) => kill.onLine.test(line) && now());
  if (kill.signal.aborted) now();
  kill.signal.addEventListener('abort', now, { once: true });
  return () => kill.signal.removeEventListener('abort', now);
}

function asError(outcome: Outcome, requestId: string): FunctionError {
  if (outcome.kind === 'failed') return outcome.error;
  const nothing: Death = { cause: 'exit', exitCode: 0, signal: null };
  return errorOfDeath(outcome.kind === 'died' ? outcome.death : nothing, requestId);
}

/** A trace that is not sampled, so that nothing is sent. */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  return `Root=1-${seconds}-${random(12)};Parent=${random(8)};Sampled=0`;
}
