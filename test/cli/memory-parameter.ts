import type { ParameterVersion, ReleaseParameter } from '../../cli/release-parameter.ts';

/** A parameter in this process: what the suite says of SSM's, without SSM. */
export class MemoryParameter implements ReleaseParameter {
  readonly name = '/app/tag';
  /** In the order of their numbers, from 1. */
  readonly versions: ParameterVersion[] = [];

  /** @param values What it held so far; none: it is missing. */
  constructor(values: readonly string[] = []) {
    for (const value of values) this.#add(value);
  }

  async find(
    _signal: AbortSignal,
    version: number = this.versions.length,
  ): Promise<ParameterVersion | undefined> {
    return this.versions[version - 1];
  }

  async create(value: string): Promise<number | undefined> {
    return this.versions.length > 0 ? undefined : this.#add(value);
  }

  async update(value: string): Promise<number> {
    return this.#add(value);
  }

  #add(value: string): number {
    const version = this.versions.length + 1;
    this.versions.push({ type: 'String', value, version });
    return version;
  }
}
