import { AwsError } from '../aws-wire/aws-error.ts';
import type { DocumentDbInputs, Tag } from './documentdb-input.ts';
import { DEFAULT_SETTINGS, type InstanceSettings } from './documentdb-state.ts';
import { SERVERLESS_CLASS } from './instance-class.ts';
import { isMaintenanceWindow } from './maintenance-window.ts';

/* What a parameter can be, whatever there is in the account. Each throws AwsError. */

const MAX_TIER = 15;
/** DCU, in steps of 0.5. */
const SERVERLESS_LIMITS = { minCapacity: 0.5, maxCapacity: 256, step: 0.5 };
/** Of an instance. */
const MAX_TAGS = 10;
const MAX_TAG_KEY = 128;
const MAX_TAG_VALUE = 256;

export function checkInstanceId(id: string): void {
  if (/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(id) && !id.endsWith('-')) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The parameter DBInstanceIdentifier is not a valid identifier: ${id}. It begins with a letter, has up to 63 letters, digits and hyphens, and neither two hyphens in a row nor one at the end.`,
  );
}

/** @see https://github.com/aws-controllers-k8s/community/issues/2723 for the first of the refusals */
export function readSettings(input: DocumentDbInputs['CreateDBInstance']): InstanceSettings {
  const { EnablePerformanceInsights = false, PerformanceInsightsKMSKeyId } = input;
  if (input.AutoMinorVersionUpgrade !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'AutoMinorVersionUpgrade is a setting of the cluster, not of an instance.',
    );
  }
  if (PerformanceInsightsKMSKeyId !== undefined && !EnablePerformanceInsights) {
    throw new AwsError(
      'InvalidParameterCombination',
      'PerformanceInsightsKMSKeyId goes only with EnablePerformanceInsights.',
    );
  }
  if (EnablePerformanceInsights && input.DBInstanceClass === SERVERLESS_CLASS) {
    throw new AwsError('InvalidParameterCombination', `${SERVERLESS_CLASS} has no Performance Insights.`);
  }
  return {
    CACertificateIdentifier: input.CACertificateIdentifier ?? DEFAULT_SETTINGS.CACertificateIdentifier,
    PerformanceInsightsEnabled: EnablePerformanceInsights,
    ...(PerformanceInsightsKMSKeyId !== undefined && { PerformanceInsightsKMSKeyId }),
  };
}

export function checkTier(tier: number | undefined): void {
  if (tier === undefined || (tier >= 0 && tier <= MAX_TIER)) return;
  throw new AwsError('InvalidParameterValue', `Invalid PromotionTier ${tier}: it is from 0 to ${MAX_TIER}.`);
}

export function checkServerless(minCapacity: number, maxCapacity: number): void {
  const { minCapacity: least, maxCapacity: most, step } = SERVERLESS_LIMITS;
  const isIn = (capacity: number) => capacity >= least && capacity <= most && (capacity / step) % 1 === 0;
  if (isIn(minCapacity) && isIn(maxCapacity) && maxCapacity >= 1 && minCapacity <= maxCapacity) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Serverless capacity from ${minCapacity} to ${maxCapacity} is out of range: steps of ${step} from ${least} to ${most}.`,
  );
}

export function checkMaintenanceWindow(window: string): void {
  if (isMaintenanceWindow(window)) return;
  throw new AwsError('InvalidParameterValue', `Invalid maintenance window: ${window}`);
}

export function readTags(tags: readonly Tag[]): [string, string][] {
  if (tags.length > MAX_TAGS) {
    throw new AwsError('InvalidParameterValue', `At most ${MAX_TAGS} tags, not ${tags.length}.`);
  }
  return tags.map(({ Key, Value = '' }) => {
    const isFine = Key.length >= 1 && Key.length <= MAX_TAG_KEY && Value.length <= MAX_TAG_VALUE;
    if (isFine && !/^(aws|rds):/.test(Key)) return [Key, Value];
    throw new AwsError('InvalidParameterValue', `Invalid tag: ${Key}=${Value}`);
  });
}
