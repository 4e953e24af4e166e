import { scalingTableName } from '../service/service-name.ts';
import type { RemovalOutcome, RemovalProposal } from './removal.ts';

/** What `deploytime remove --json` prints. The fields are for ever; others may join them. */
export interface RemovalDocument {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** False where there was nothing, and in a dry run. */
  readonly removed: boolean;
  /** How many resources the stack has; null where there is no stack. */
  readonly resources: number | null;
  /** The table, which stays; null where there is no stack. */
  readonly keptTable: string | null;
}

export function removalDocument(
  { proposal, result }: RemovalOutcome,
  place: { readonly stackName: string; readonly accountId: string; readonly region: string },
): RemovalDocument {
  return {
    stack: place.stackName,
    account: place.accountId,
    region: place.region,
    removed: result === 'removed',
    resources: proposal?.resources ?? null,
    keptTable: proposal === undefined ? null : scalingTableName(proposal.qualifier),
  };
}

/** What would go, for a person to agree to. */
export function removalProposalLines({
  stackName,
  place,
  resources,
  qualifier,
}: RemovalProposal): readonly string[] {
  return [
    `${stackName} is removed from account ${place.accountId}, ${place.region}: ${resources} ${resources === 1 ? 'resource' : 'resources'}`,
    `The table ${scalingTableName(qualifier)} is kept, with what open windows have to give back`,
  ];
}

/** How it ended, for people. */
export function removalLines({ proposal, result }: RemovalOutcome, stackName: string): readonly string[] {
  if (proposal === undefined) return [`There is no stack ${stackName}`];
  if (result === 'shown') return ['Dry run: nothing was removed'];
  const table = scalingTableName(proposal.qualifier);
  return [
    `${stackName} is removed`,
    `deploytime deploy takes the table back; for good it goes with aws dynamodb delete-table --table-name ${table}`,
  ];
}
