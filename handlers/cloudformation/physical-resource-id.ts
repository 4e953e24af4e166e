import { ProviderError } from '../errors.ts';
import type { AnswerAddress } from './event.ts';

/** CloudFormation takes no longer physical id, in bytes. */
export const MAX_PHYSICAL_RESOURCE_ID_BYTES = 1024;

/**
 * The id that a failed Create is answered with. CloudFormation then sends a Delete for it while it rolls back:
 * nothing was made under this id, so that Delete has nothing to do.
 */
export const CREATE_FAILED_ID = 'deploytime::create-failed';

/** The id of an answer to a request that should have named one and did not. */
const NO_ID = 'deploytime::no-physical-resource-id';

/**
 * The id that an answer of failure carries.
 * A failed Update keeps the old id: another one would be a replacement, and the old resource would be deleted.
 */
export function idOfFailure(address: Pick<AnswerAddress, 'requestType' | 'physicalResourceId'>): string {
  if (address.requestType === 'Create') return CREATE_FAILED_ID;
  return address.physicalResourceId ?? NO_ID;
}

/** Whether a Delete is the one that follows a failed Create. */
export function isOfFailedCreate(physicalResourceId: string): boolean {
  return physicalResourceId === CREATE_FAILED_ID;
}

/**
 * The id that an answer of success carries: the resource's own, for a Delete always the one received.
 * @throws ProviderError `InternalFailure` for an id that CloudFormation would not take.
 */
export function idOfSuccess(address: AnswerAddress, idOfResource: string): string {
  if (address.requestType === 'Delete') return address.physicalResourceId ?? NO_ID;
  const bytes = Buffer.byteLength(idOfResource);
  if (bytes >= 1 && bytes <= MAX_PHYSICAL_RESOURCE_ID_BYTES) return idOfResource;
  throw new ProviderError(
    'InternalFailure',
    `The physical resource id has ${bytes} bytes; CloudFormation takes 1 to ${MAX_PHYSICAL_RESOURCE_ID_BYTES}`,
  );
}
