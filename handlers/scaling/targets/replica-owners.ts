import type { DBInstance, Tag } from '@aws-sdk/client-docdb';
import type { DocumentDbReads } from './documentdb-reads.ts';
import { OWNER_TAG_KEY } from './tags.ts';

/** What `replicaName` gives, for any plan and cluster. */
const REPLICA_NAME = /-deploytime-[0-9a-f]{12}-[1-9]\d{0,2}$/;

/** More than any function sees in its life; the oldest go first. */
const MAX_OWNERS = 1_000;

/**
 * Which plan an instance belongs to, by its tag. The API gives the tags of one instance a call, so they are asked for
 * only where the instance's name is one that this service gives, and a plan that was found is remembered: the tag is
 * set when the instance is made. That there is none may be a late read, and is asked again.
 */
export class ReplicaOwners {
  readonly #reads: DocumentDbReads;
  readonly #maxOwners: number;
  readonly #owners = new Map<string, string>();

  /** @param maxOwners How many are remembered. */
  constructor(reads: DocumentDbReads, maxOwners: number = MAX_OWNERS) {
    this.#reads = reads;
    this.#maxOwners = maxOwners;
  }

  async findOwner(instance: DBInstance, signal: AbortSignal): Promise<string | undefined> {
    const { DBInstanceIdentifier = '', DBInstanceArn = '' } = instance;
    if (!REPLICA_NAME.test(DBInstanceIdentifier) || DBInstanceArn === '') return undefined;
    const key = keyOf(instance);
    const known = this.#owners.get(key);
    if (known !== undefined) return known;
    const owner = ownerOf((await this.#reads.findTags(DBInstanceArn, signal)) ?? []);
    if (owner !== undefined) this.#remember(key, owner);
    return owner;
  }

  /** It was another one after all. */
  forget(instance: DBInstance): void {
    this.#owners.delete(keyOf(instance));
  }

  #remember(key: string, owner: string): void {
    this.#owners.set(key, owner);
    if (this.#owners.size <= this.#maxOwners) return;
    const [oldest] = this.#owners.keys();
    if (oldest !== undefined) this.#owners.delete(oldest);
  }
}

/** The resource id tells an instance from an earlier one of the same name. */
function keyOf({ DBInstanceArn = '', DbiResourceId = '' }: DBInstance): string {
  return `${DBInstanceArn} ${DbiResourceId}`;
}

/** The plan that the tags name; undefined where they name none. */
export function ownerOf(tags: readonly Tag[]): string | undefined {
  return tags.find(({ Key }) => Key === OWNER_TAG_KEY)?.Value || undefined;
}
