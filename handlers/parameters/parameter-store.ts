import {
  GetParameterCommand,
  ParameterNotFound,
  ParameterVersionNotFound,
  SSMClient,
  type SSMClientConfig,
  type Parameter as SsmParameter,
} from '@aws-sdk/client-ssm';
import { ProviderError } from '../errors.ts';
import { BreakRetries } from '../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { errorOfAws } from '../registry/aws-error.ts';
import { outlastThrottling, type Patience } from '../registry/throttling.ts';
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

/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;

/** A client of Systems Manager's API, with a time limit for each attempt. */
export function createSsmClient(
  configuration: SSMClientConfig & { readonly maxAttempts?: number } = {},
): SSMClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new SSMClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/** Says what the service may read. */
const READ_PERMISSION =
  "it reads what the service stack's property ParameterPattern matches; another account must share its parameter with this one";

export class SsmParameterStore implements ParameterStore {
  readonly #client: SSMClient;
  readonly #patience: Patience;

  constructor(client: SSMClient, patience: Patience = {}) {
    this.#client = client;
    this.#patience = patience;
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
    const attempt = async (): Promise<SsmParameter | 'no such version' | undefined> => {
      try {
        const { Parameter } = await this.#client.send(command, { abortSignal: signal });
        return Parameter;
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        if (error instanceof ParameterVersionNotFound) return 'no such version';
        throw await this.#describe(error, text, signal);
      }
    };
    return outlastThrottling(attempt, { signal, ...this.#patience });
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
