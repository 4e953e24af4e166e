import { PROVIDERS, RESOURCE_TYPES, serviceTokenArn } from '../service/service-name.ts';
import { type Change, dangerOf } from './change.ts';
import type { DeployOutcome } from './deployment.ts';
import { versionText } from './proposal-lines.ts';

/** What `deploytime deploy --json` prints. The fields are for ever; others may join them. */
export interface DeployDocument {
  readonly stack: string;
  readonly stackId: string;
  readonly account: string;
  readonly region: string;
  readonly qualifier: string;
  /** `none`: nothing had to be changed. */
  readonly action: 'create' | 'update' | 'none';
  /** False where nothing had to be, and in a dry run. */
  readonly deployed: boolean;
  readonly version: { readonly before: string | null; readonly after: string | null };
  readonly parameters: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly changes: readonly ChangeDocument[];
  readonly bucket: string;
  readonly serviceTokens: Readonly<Record<string, string>>;
}

interface ChangeDocument {
  readonly action: Change['action'];
  readonly logicalId: string;
  readonly type: string;
  readonly replacement: Change['replacement'];
  /** Paths of what changes. */
  readonly properties: readonly string[];
  /** What to know before it is done; null where it is harmless. */
  readonly danger: string | null;
}

export function deployDocument(outcome: DeployOutcome): DeployDocument {
  const { proposal, stackId, result, bucket, qualifier } = outcome;
  const { place, version } = proposal;
  return {
    stack: proposal.stackName,
    stackId,
    account: place.accountId,
    region: place.region,
    qualifier,
    action: result === 'none' ? 'none' : proposal.action,
    deployed: result === 'deployed',
    version: { before: version.before ?? null, after: version.after ?? null },
    parameters: proposal.parameters.map(({ name, before, after }) => ({
      name,
      before: before ?? null,
      after: after ?? null,
    })),
    changes: proposal.changes.map((change) => ({
      action: change.action,
      logicalId: change.logicalId,
      type: change.type,
      replacement: change.replacement,
      properties: change.properties.map(({ path }) => path),
      danger: dangerOf(change) ?? null,
    })),
    bucket,
    serviceTokens: Object.fromEntries(
      PROVIDERS.map((name) => [RESOURCE_TYPES[name], serviceTokenArn(name, { ...place, qualifier })]),
    ),
  };
}

/** How it ended, for people; the changes were shown before. */
export function deployLines(outcome: DeployOutcome): readonly string[] {
  const { proposal, result } = outcome;
  const { stackName, version } = proposal;
  if (result === 'shown') return ['Dry run: nothing was deployed'];
  const { serviceTokens } = deployDocument(outcome);
  const width = Math.max(...Object.keys(serviceTokens).map((type) => type.length));
  return [
    result === 'none'
      ? `${stackName}: nothing to change${versionText(version)}`
      : `${stackName} is ${proposal.action}d${versionText(version)}`,
    '',
    'Service tokens',
    ...Object.entries(serviceTokens).map(([type, arn]) => `  ${type.padEnd(width)}  ${arn}`),
  ];
}
