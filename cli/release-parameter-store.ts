import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  ParameterVersionNotFound,
  PutParameterCommand,
  type SSMClient,
  TooManyUpdates,
} from '@aws-sdk/client-ssm';
import { failureOfAws } from './aws-failure.ts';
import { CliError, type CliErrorCode } from './cli-error.ts';
import type { ParameterVersion, ReleaseParameter } from './release-parameter.ts';
import type { Timing } from './timing.ts';

const DESCRIPTION = 'The image that the application released last. Written by deploytime tag';
/** SSM refuses a write that meets another one to the same parameter. */
const MAX_WRITES = 5;
const WRITE_PAUSE_MS = 500;

/** What SSM says of a parameter that can't have this name, this value or one more version. */
const UNUSABLE = [
  'ValidationException',
  'HierarchyLevelLimitExceededException',
  'HierarchyTypeMismatchException',
  'ParameterLimitExceeded',
  'ParameterMaxVersionLimitExceeded',
  'ParameterPatternMismatchException',
  'UnsupportedParameterType',
];
const CODES: Readonly<Record<string, CliErrorCode>> = Object.fromEntries(
  UNUSABLE.map((name) => [name, 'UnusableParameter']),
);

/** A parameter in SSM's Parameter Store. */
export class SsmReleaseParameter implements ReleaseParameter {
  readonly name: string;
  readonly #client: SSMClient;
  readonly #tags: ReadonlyMap<string, string>;
  readonly #timing: Timing;

  /** @param options.tags Given to a parameter that is created. */
  constructor(
    client: SSMClient,
    options: { readonly name: string; readonly tags: ReadonlyMap<string, string>; readonly timing: Timing },
  ) {
    this.#client = client;
    this.name = options.name;
    this.#tags = options.tags;
    this.#timing = options.timing;
  }

  async find(abortSignal: AbortSignal, version?: number): Promise<ParameterVersion | undefined> {
    const name = version === undefined ? this.name : `${this.name}:${version}`;
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: name }), { abortSignal });
      const { Type = '', Value = '', Version = 0 } = Parameter ?? {};
      return { type: Type, value: Value, version: Version };
    } catch (error) {
      if (error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound) return undefined;
      throw await this.#failure(error, 'read', 'ssm:GetParameter', abortSignal);
    }
  }

  async create(value: string, signal: AbortSignal): Promise<number | undefined> {
    const tags = [...this.#tags].map(([Key, Value]) => ({ Key, Value }));
    try {
      return await this.#put(
        { Value: value, Type: 'String', Description: DESCRIPTION, ...(tags.length > 0 && { Tags: tags }) },
        signal,
      );
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return undefined;
      const permission = tags.length > 0 ? 'ssm:PutParameter and ssm:AddTagsToResource' : 'ssm:PutParameter';
      throw await this.#failure(error, 'create', permission, signal);
    }
  }

  async update(value: string, signal: AbortSignal): Promise<number> {
    try {
      // Without a type: the parameter keeps its own. Description and tags are left as they are.
      return await this.#put({ Value: value, Overwrite: true }, signal);
    } catch (error) {
      throw await this.#failure(error, 'write', 'ssm:PutParameter', signal);
    }
  }

  async #put(
    input: Omit<ConstructorParameters<typeof PutParameterCommand>[0], 'Name'>,
    abortSignal: AbortSignal,
  ): Promise<number> {
    for (let write = 1; ; write += 1) {
      try {
        const command = new PutParameterCommand({ ...input, Name: this.name });
        const { Version = 0 } = await this.#client.send(command, { abortSignal });
        return Version;
      } catch (error) {
        if (!(error instanceof TooManyUpdates) || write === MAX_WRITES) throw error;
        await this.#timing.sleep(WRITE_PAUSE_MS, abortSignal);
      }
    }
  }

  async #failure(error: unknown, verb: string, action: string, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted && verb !== 'read' && signal.reason instanceof CliError) {
      const text = `${signal.reason.message} while the parameter ${this.name} was written: look whether it was`;
      return new CliError(signal.reason.code, text, { cause: error });
    }
    const region = await this.#client.config.region().catch(() => 'no Region');
    return failureOfAws(error, {
      service: 'SSM',
      region,
      operation: `${verb} the parameter ${this.name}`,
      permission: `${action} on it`,
      signal,
      codes: CODES,
    });
  }
}
