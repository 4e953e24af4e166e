import {
  GetParameterCommand,
  ParameterNotFound,
  ParameterVersionNotFound,
  SSMClient,
  type SSMClientConfig,
  type Parameter as SsmParameter,
} from '@aws-sdk/client-ssm';
import { ProviderError } from '../errors.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { errorOfAws } from '../registry/aws-error.ts';
import { SYSTEM_TIMING, type Timing } from '../registry/retry-policy.ts';
import type { ParameterName } from './parameter-name.ts';

/** A parameter of type String, in one of its versions. Its value is not to be shown. */
export interface Parameter {
  readonly value: string;
  readonly version: number;
}

/** Systems Manager's parameters, as far as a deployment reads them. */
export interface ParameterStore {
  /**
   * Undefined where there is no such parameter.
   * @throws ProviderError `NotFound` where the parameter is there and has no such version or label, `InvalidRequest`
   * where it is no String, `AccessDenied`, and `Throttling` where that does not end.
   */
  findParameter(name: ParameterName, signal: AbortSignal): Promise<Parameter | undefined>;
}

/**
 * How patient a throttled call is; durations in milliseconds. SSM gives an account 40 calls a second in each Region,
 * and a deployment of many stacks asks hundreds of times at once. Each wait is random up to a limit that doubles.
 */
export interface ThrottlePolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Its waits add up to more than the 15 minutes that a function lives: the deadline's signal is the end. */
export const THROTTLE_POLICY: ThrottlePolicy = { attempts: 240, firstDelayMs: 400, maxDelayMs: 8_000 };

/**
 * Tries of the SDK itself, for what breaks. It would wait out throttling as well, but each of its retries takes from
 * an allowance that a storm uses up, and that comes back only with successes; from then on the first refusal is final.
 */
const ATTEMPTS = 3;

/** A client of Systems Manager's API, with a time limit for each attempt. */
export function createSsmClient(configuration: SSMClientConfig = {}): SSMClient {
  return new SSMClient({ maxAttempts: ATTEMPTS, requestHandler: AWS_TIMEOUTS, ...configuration });
}

/** Says what the service may read. */
const READ_PERMISSION =
  "it reads what the service stack's property ParameterPattern matches; another account must share its parameter with this one";

export class SsmParameterStore implements ParameterStore {
  readonly #client: SSMClient;
  readonly #policy: ThrottlePolicy;
  readonly #timing: Timing;

  constructor(client: SSMClient, options: { policy?: ThrottlePolicy; timing?: Timing } = {}) {
    this.#client = client;
    this.#policy = options.policy ?? THROTTLE_POLICY;
    this.#timing = options.timing ?? SYSTEM_TIMING;
  }

  async findParameter(name: ParameterName, signal: AbortSignal): Promise<Parameter | undefined> {
    const found = await this.#find(name.text, signal);
    if (found === 'no such version') throw noSuchVersion(name);
    if (found !== undefined) return readString(name, found);
    // Of a label that it does not have SSM says that there is no such parameter.
    const isThere =
      name.selector !== undefined && (await this.#find(name.textWithoutSelector, signal)) !== undefined;
    if (isThere) throw noSuchVersion(name);
    return undefined;
  }

  /** Without decryption: the plain text of a SecureString never comes here. */
  async #find(text: string, signal: AbortSignal): Promise<SsmParameter | 'no such version' | undefined> {
    const command = new GetParameterCommand({ Name: text });
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        const { Parameter } = await this.#client.send(command, { abortSignal: signal });
        return Parameter;
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        if (error instanceof ParameterVersionNotFound) return 'no such version';
        const described = await this.#describe(error, text, signal);
        if (!isThrottling(described) || attempt >= this.#policy.attempts) throw described;
        await this.#timing.sleep(this.#delayAfter(attempt), signal);
      }
    }
  }

  #delayAfter(attempt: number): number {
    const { firstDelayMs, maxDelayMs } = this.#policy;
    return this.#timing.random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  }

  async #describe(error: unknown, text: string, signal: AbortSignal): Promise<unknown> {
    return errorOfAws(error, {
      service: 'SSM',
      region: await this.#client.config.region(),
      operation: `read the parameter ${text}`,
      hints: { AccessDenied: READ_PERMISSION },
      signal,
    });
  }
}

function isThrottling(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 'Throttling';
}

function noSuchVersion({ textWithoutSelector, selector }: ParameterName): ProviderError {
  return new ProviderError(
    'NotFound',
    `The parameter ${textWithoutSelector} is there, but has no version or label ${selector}. Leave it out for the newest version; SSM keeps the last 100`,
  );
}

function readString({ text }: ParameterName, { Type, Value, Version }: SsmParameter): Parameter {
  if (Type === 'String' && Value !== undefined && Version !== undefined) {
    return { value: Value, version: Version };
  }
  if (Type === 'String') {
    throw new ProviderError(
      'GeneralServiceException',
      `SSM gave the parameter ${text} without value or version`,
    );
  }
  const why =
    Type === 'SecureString'
      ? 'what is read here is no secret, and becomes an attribute'
      : 'one value is meant';
  throw new ProviderError(
    'InvalidRequest',
    `The parameter ${text} is of type ${Type}; String is allowed: ${why}`,
  );
}
