import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  ListImagesCommand,
} from '@aws-sdk/client-ecr';
import type { Account } from './account.ts';
import { LocalError } from './local-error.ts';

/** What one BatchDeleteImage takes, and many more than a run pushes. */
const MAX_IMAGES = 100;

/** Makes a repository. @returns false where one of this name is there already. */
export async function createRepository({ ecr }: Account, repositoryName: string): Promise<boolean> {
  try {
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    return true;
  } catch (error) {
    if (isNamed(error, 'RepositoryAlreadyExistsException')) return false;
    throw error;
  }
}

/** Removes a repository with its images; one that is gone is no error. */
export async function removeRepository(
  { ecr }: Account,
  repositoryName: string,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }), { abortSignal });
  } catch (error) {
    if (!isNamed(error, 'RepositoryNotFoundException')) throw error;
  }
}

/**
 * Empties a repository that a stack made: holding an image, it can't go with its stack. One that is gone is no error.
 * @throws LocalError for an image that can't be removed, with ECR's reason.
 */
export async function removeImages(
  { ecr }: Account,
  repositoryName: string,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    const { imageIds = [] } = await ecr.send(
      new ListImagesCommand({ repositoryName, maxResults: MAX_IMAGES }),
      { abortSignal },
    );
    if (imageIds.length === 0) return;
    const { failures = [] } = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }), {
      abortSignal,
    });
    const [failure] = failures;
    if (failure === undefined || failure.failureCode === 'ImageNotFound') return;
    throw new LocalError(
      `an image of the repository ${repositoryName} can't be removed: ${failure.failureReason ?? failure.failureCode}`,
    );
  } catch (error) {
    if (!isNamed(error, 'RepositoryNotFoundException')) throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
