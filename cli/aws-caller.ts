import { failureOfAws } from './aws-failure.ts';
import type { CliErrorCode } from './cli-error.ts';

/** One AWS service in one Region, as a store calls it: what goes wrong is a CliError. */
export class AwsCaller {
  readonly #service: string;
  readonly #region: string;

  /** @param options.service As people call it: `CloudFormation`. */
  constructor(options: { readonly service: string; readonly region: string }) {
    this.#service = options.service;
    this.#region = options.region;
  }

  /**
   * @param call.operation What the service is to do: `describe the stack deploytime`.
   * @param call.permission What the caller must be allowed, and on what.
   * @param call.codes Codes for errors of this call, by their name.
   */
  async call<T>(
    work: (signal: AbortSignal) => Promise<T>,
    call: {
      readonly operation: string;
      readonly permission: string;
      readonly signal: AbortSignal;
      readonly codes?: Readonly<Record<string, CliErrorCode>>;
    },
  ): Promise<T> {
    try {
      return await work(call.signal);
    } catch (error) {
      throw failureOfAws(error, { service: this.#service, region: this.#region, ...call });
    }
  }
}
