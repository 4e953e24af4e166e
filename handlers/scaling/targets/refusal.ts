import { ProviderError } from '../../errors.ts';
import { isRecord } from '../../oci/descriptor.ts';
import { describeBreak } from '../../registry/connection-break.ts';
import { printable } from '../../registry/foreign-text.ts';
import type { ChangeAnswer, Refusal } from '../decision/scaling-target.ts';
import { ANY_SERVICE_REFUSALS, DENIALS } from './any-service-refusals.ts';
import { PERMISSION_TAG_WORDS } from './tags.ts';

export type RefusalKind = Refusal['kind'];

/** What a service means by the errors it has names for: as the SDK names them, which is not always as they are sent. */
export type RefusalTable = Readonly<Record<string, RefusalKind>>;

/** A change as it stands in a message. */
export interface ChangeCall {
  /** `DocumentDB` */
  readonly service: string;
  /** What the service was to do: `change orders-1 to db.r6g.large`. */
  readonly operation: string;
  /** What IAM calls it, `rds:ModifyDBInstance`. */
  readonly action: string;
  /** What has to carry the tag, so that the service's role may do that. */
  readonly tagged: string;
  readonly table: RefusalTable;
}

/** Sends a change, and gives what became of it. Whatever is no clear refusal is `unknown`. */
export async function answerTo(call: ChangeCall, send: () => Promise<unknown>): Promise<ChangeAnswer> {
  try {
    await send();
    return 'accepted';
  } catch (error) {
    return refusalOf(error, call);
  }
}

export function refusalOf(error: unknown, call: ChangeCall): Refusal {
  const { service, operation, table } = call;
  const kind = kindOf(error, table);
  const name = nameOf(error);
  const message = error instanceof Error ? printable(error.message) : '';
  const said = isUnreadable(error) || message === name ? '' : ` (${message})`;
  if (kind !== 'unknown') {
    const verb = statusOf(error) > 0 ? 'refused' : 'was not asked';
    const hint = DENIALS.includes(name) ? `; ${permissionFor(call, message)}` : '';
    return { kind, message: `${service} ${verb} to ${operation}: ${name}${hint}${said}` };
  }
  const failure = isAnswer(error)
    ? `failed to ${operation}: ${name}${said}`
    : `gave no answer when it was to ${operation} (${describeSilence(error)})`;
  return { kind, message: `${service} ${failure}; whether it was done is not known` };
}

/** IAM names what was missing, which may be more than the call itself: rds:AddTagsToResource, say. */
function permissionFor({ action, tagged }: ChangeCall, message: string): string {
  const denied = /not authorized to perform: ([a-z-]+:[A-Za-z]+)/.exec(message)?.[1] ?? action;
  return `the role may do ${denied} where ${PERMISSION_TAG_WORDS} is on ${tagged}`;
}

const HTTP_REDIRECTION = 300;
const HTTP_TOO_MANY_REQUESTS = 429;

function kindOf(error: unknown, table: RefusalTable): RefusalKind {
  const name = nameOf(error);
  const kind = entryOf(table, name) ?? entryOf(ANY_SERVICE_REFUSALS, name);
  if (kind !== undefined) return kind;
  const status = statusOf(error);
  if (status === HTTP_TOO_MANY_REQUESTS) return 'throttling';
  // It was answered, and the request was refused: what has no name here is at least not done.
  return isAnswer(error) && status >= 400 && status < 500 ? 'invalid' : 'unknown';
}

function entryOf(table: RefusalTable, name: string): RefusalKind | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function describeSilence(error: unknown): string {
  const { name, words } = describeBreak(error);
  return name === '' ? nameOf(error) : `${words}, ${name}`;
}

function nameOf(error: unknown): string {
  if (isUnreadable(error)) return `HTTP status ${statusOf(error)} and nothing that can be read`;
  return error instanceof Error ? printable(error.name) : 'no error';
}

/** A proxy's page, say. The SDK's words for it are of XML and hidden fields. */
function isUnreadable(error: unknown): boolean {
  return !isAnswer(error) && statusOf(error) >= HTTP_REDIRECTION;
}

/** What the service itself answered has a `$fault`. */
function isAnswer(error: unknown): boolean {
  return isRecord(error) && error.$fault !== undefined;
}

function statusOf(error: unknown): number {
  const metadata = isRecord(error) && isRecord(error.$metadata) ? error.$metadata : {};
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}

const KINDS_OF_READS: Readonly<Partial<Record<ProviderError['code'], RefusalKind>>> = {
  AccessDenied: 'access',
  Throttling: 'throttling',
  NotFound: 'not-found',
  InvalidRequest: 'invalid',
};

/**
 * What a read that comes before the change says, as the change's answer: nothing was sent yet.
 * @throws what is no ProviderError, such as the reason of an aborted signal.
 */
export function refusalOfRead(error: unknown): Refusal {
  if (!(error instanceof ProviderError)) throw error;
  return { kind: KINDS_OF_READS[error.code] ?? 'unknown', message: error.message };
}
