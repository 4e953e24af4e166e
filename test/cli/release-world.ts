import assert from 'node:assert/strict';
import { buildImage, type Image } from '../support/images/image.ts';
import { storeImage } from '../support/images/push-image.ts';
import { type EcrApi, startEcrApi } from '../support/registry/ecr-api.ts';
import { RegistryStore } from '../support/registry/registry-store.ts';
import { type SsmApi, startSsmApi } from '../support/ssm/ssm-api.ts';
import { SsmApiError } from '../support/ssm/ssm-api-error.ts';
import { type CommandEnd, runCommand } from './command.ts';

export const REPOSITORY = 'team/app';
export const PARAMETER = '/app/tag';

/** An account with one repository, over the strict stand-ins for ECR and SSM. */
export interface ReleaseWorld extends AsyncDisposable {
  readonly ecr: EcrApi;
  readonly ssm: SsmApi;
  /** What a command needs to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts an image there as if it had been pushed at that second of 2026-01-01. @returns its digest. */
  push(tag: string, second: number, image?: Image): string;
  /** Takes an image away, with all of its tags. */
  remove(digest: string): void;
  /** The parameter's value, by way of the stand-in itself. */
  value(): string | undefined;
  /** `deploytime tag …` with parameter and repository. */
  tag(...args: readonly string[]): Promise<CommandEnd>;
}

/** @param region Default: us-east-1. */
export async function startReleaseWorld(region = 'us-east-1'): Promise<ReleaseWorld> {
  const store = new RegistryStore();
  const repository = store.createRepository(REPOSITORY);
  const ecr = await startEcrApi(store, { region });
  const ssm = await startSsmApi({ region });
  const environment = {
    AWS_ENDPOINT_URL_ECR: ecr.origin,
    AWS_ENDPOINT_URL_SSM: ssm.origin,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
  };
  return {
    ecr,
    ssm,
    environment,
    push: (tag, second, image = buildImage({ seed: tag, layers: [10] })) => {
      storeImage(store, REPOSITORY, image, tag);
      const { digest } = image.root;
      const stored = repository.manifests.get(digest);
      assert.ok(stored);
      repository.manifests.set(digest, { ...stored, pushedAt: pushedAt(second) });
      return digest;
    },
    remove: (digest) => void repository.removeManifest(digest),
    value: () => findValue(ssm),
    tag: (...args) =>
      runCommand(['tag', ...args, '--parameter', PARAMETER, '--repository', REPOSITORY], { environment }),
    [Symbol.asyncDispose]: async () => {
      await ecr.close();
      await ssm.close();
    },
  };
}

/** The time of a push. */
export function pushedAt(second: number): Date {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, second));
}

function findValue({ parameters }: SsmApi): string | undefined {
  try {
    const { Parameter } = parameters.getParameter({ Name: PARAMETER }) as { Parameter: { Value: string } };
    return Parameter.Value;
  } catch (error) {
    if (error instanceof SsmApiError && error.code === 'ParameterNotFound') return undefined;
    throw error;
  }
}
