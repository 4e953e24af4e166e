import { ProviderError } from '../../errors.ts';
import { isRecord } from '../../oci/descriptor.ts';
import type { TargetState } from '../decision/target-state.ts';
import { type Target, targetName } from '../plan/plan.ts';
import { type RunReference, runKey } from '../run/run.ts';
import type { ScalingEvent } from '../run/scaling-event.ts';
import type { Instant } from '../time/instant.ts';
import type { StoredPlan } from './plan-store.ts';

/** Where an item is in the table. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** An item: texts and numbers. Its content is JSON, in `json`; beside it stands what conditions and DynamoDB need. */
export type TableItem = ItemKey & Readonly<Record<string, string | number>>;

/** Of what is written now. An item of another format isn't read. */
const FORMAT = 1;
/** An item holds 400 KB with the names of its attributes. */
const MAX_JSON_BYTES = 390_000;
const DAY_SECONDS = 24 * 60 * 60;
/** How long claims and the history are kept: as long as Step Functions keeps an execution and its name. */
export const KEPT_DAYS = 90;

/** All plans are in one partition: a sweep reads them all. */
export const PLANS_PARTITION = 'plans';

export function planKey(plan: string): ItemKey {
  return { pk: PLANS_PARTITION, sk: plan };
}

export function stateKey(target: Target): ItemKey {
  return { pk: `target#${targetName(target)}`, sk: 'state' };
}

export function claimKey(run: RunReference): ItemKey {
  return { pk: `run#${runKey(run)}`, sk: 'claim' };
}

export function historyPartition(plan: string): string {
  return `history#${plan}`;
}

/** Instants of the same length, so that their order as texts is that in time. */
export function historyTime(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** When DynamoDB may delete it, in seconds since 1970. */
export function expiryOf(instant: Instant): number {
  return Math.ceil(instant / 1000) + KEPT_DAYS * DAY_SECONDS;
}

/** @throws ProviderError `ServiceLimitExceeded`: no item holds as much. */
export function itemOf(
  key: ItemKey,
  content: unknown,
  attributes: Readonly<Record<string, string | number>> = {},
): TableItem {
  const json = JSON.stringify(content);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_JSON_BYTES) {
    throw new ProviderError(
      'ServiceLimitExceeded',
      `In the service's table ${describeKey(key)} would have ${bytes} bytes of JSON; allowed are at most ${MAX_JSON_BYTES}. A plan gets smaller with fewer scenarios, steps or dates`,
    );
  }
  return { ...attributes, ...key, format: FORMAT, json };
}

/** @throws ProviderError `InternalFailure` naming the item. */
export function planIn(item: TableItem): StoredPlan {
  const { plan, status, overrides, formerTargets = [] } = contentOf(item);
  const isWhole =
    isRecord(plan) &&
    plan.id === item.sk &&
    typeof plan.timezone === 'string' &&
    Array.isArray(plan.scenarios) &&
    (status === 'active' || status === 'removed') &&
    Array.isArray(overrides) &&
    Array.isArray(formerTargets);
  if (!isWhole) throw unreadable(item, 'it holds no plan of that name');
  return contentOf(item) as unknown as StoredPlan;
}

/** The version is the one that conditions look at. */
export function stateIn(item: TableItem): TargetState {
  const content = contentOf(item);
  return { ...content, version: versionIn(item) };
}

export function versionIn(item: TableItem): number {
  const { version } = item;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > 0) return version;
  throw unreadable(item, 'it has no version');
}

export function eventIn(item: TableItem): ScalingEvent {
  const content = contentOf(item);
  const { outcome, reason, run, execution, at } = content;
  const isWhole =
    typeof outcome === 'string' &&
    typeof reason === 'string' &&
    typeof execution === 'string' &&
    typeof at === 'number' &&
    isRecord(run);
  if (!isWhole) throw unreadable(item, 'it holds no event');
  return content as unknown as ScalingEvent;
}

/** In the words of the table, so that it can be found. */
export function describeKey({ pk, sk }: ItemKey): string {
  return `the item pk=${pk}, sk=${sk}`;
}

function contentOf(item: TableItem): Record<string, unknown> {
  const { format, json } = item;
  if (format !== FORMAT) {
    throw unreadable(item, `it is of format ${format}, and this version of the service reads ${FORMAT}`);
  }
  let content: unknown;
  try {
    content = JSON.parse(String(json));
  } catch {
    throw unreadable(item, 'its attribute json is no JSON');
  }
  if (isRecord(content)) return content;
  throw unreadable(item, 'its attribute json is no object');
}

function unreadable(key: ItemKey, why: string): ProviderError {
  return new ProviderError(
    'InternalFailure',
    `In the service's table ${describeKey(key)} can't be read: ${why}. Nothing else than the service should write there; the table can be restored to an earlier point in time`,
  );
}
