import { type PropertyKind, text } from '../cloudformation/property-kinds.ts';

/**
 * ECR's grammar: 2 to 256 characters.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
const REPOSITORY_NAME = /^(?=.{2,256}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** A property that names a repository of ECR. */
export function repositoryName(): PropertyKind<string> {
  return text(
    REPOSITORY_NAME,
    'the name of an ECR repository: 2 to 256 lower-case letters, digits, ".", "_", "-" and "/"',
  );
}
