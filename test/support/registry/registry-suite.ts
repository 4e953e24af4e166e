import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WitnessOptions } from '../witness.ts';
import { BLOB_CASES } from './registry-suite/blobs.ts';
import { MANIFEST_CASES } from './registry-suite/manifests.ts';
import { UPLOAD_CASES } from './registry-suite/uploads.ts';

/** A registry that is running, without a login. */
export interface RegistryUnderTest {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Called for each repository before it is used. Default: a push makes it. */
  createRepository?(name: string): Promise<void>;
  close(): Promise<void>;
}

/** What one case works with: a repository that no other case uses. */
export interface CaseContext {
  /** `http://127.0.0.1:port/v2/<name>/`. */
  readonly base: string;
  readonly origin: string;
  readonly name: string;
  /** A second repository that no other case uses, by name. */
  readonly sibling: string;
}

export interface RegistryCase {
  readonly title: string;
  /** Things in which registries may differ, all of which the case is about. Default: every registry passes. */
  readonly about?: readonly Trait[];
  readonly run: (context: CaseContext) => Promise<void>;
}

/** What not every registry does as the specification, or this suite, has it. */
export type Trait =
  /** A chunk that says where it belongs is refused where it does not. */
  | 'checks-chunk-ranges'
  /** An upload is over once its content was refused. */
  | 'ends-failed-uploads'
  /** An upload's address is good for one request. */
  | 'changes-upload-addresses'
  | 'serves-ranges'
  | 'checks-accept'
  /** What is put as a manifest must be one. */
  | 'checks-manifests'
  /** What a manifest is put as must be what it says that it is. */
  | 'checks-manifest-types'
  | 'checks-manifest-digests'
  | 'bounds-manifests'
  /** What a manifest names must be there. */
  | 'checks-blobs'
  | 'checks-children'
  /** A descriptor's size is held against the blob's. */
  | 'checks-descriptor-sizes';

/** In what a registry is known to differ, and why. */
export type Differences = Readonly<Partial<Record<Trait, string>>>;

export interface RegistrySuiteOptions extends WitnessOptions {
  /** A case about one of them must fail, so that the list can't grow old. Default: none. */
  readonly differences?: Differences;
  /** Called once, before the cases. */
  readonly start: () => Promise<RegistryUnderTest>;
}

/**
 * What a registry must do for images to come in and go out, over raw HTTP: one suite for the registry in memory and
 * for real ones, so that the first is held against the others.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export function registrySuite(registryName: string, options: RegistrySuiteOptions): void {
  const { start, differences = {}, ...witnesses } = options;
  describe(registryName, witnesses, () => {
    let registry: RegistryUnderTest | undefined;
    before(async () => {
      registry = await start();
    });
    after(async () => {
      await registry?.close();
    });

    for (const [position, one] of [...UPLOAD_CASES, ...BLOB_CASES, ...MANIFEST_CASES].entries()) {
      const reason = one.about?.map((trait) => differences[trait]).find((text) => text !== undefined);
      const run = async (): Promise<void> => {
        assert.ok(registry);
        const name = `suite/case-${position}`;
        const sibling = `${name}-sibling`;
        for (const repository of [name, sibling]) await registry.createRepository?.(repository);
        await one.run({ origin: registry.origin, name, sibling, base: `${registry.origin}/v2/${name}/` });
      };
      if (reason === undefined) test(one.title, run);
      else test(`differs: ${one.title} (${reason})`, () => assert.rejects(run, assert.AssertionError));
    }
  });
}
