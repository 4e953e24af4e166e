import { readFile } from 'node:fs/promises';
import { LocalError } from '../local-error.ts';

/** What is read from an event; it may be broken in every other way, since broken ones are worth trying, too. */
export interface EventFile {
  /** The request: the event itself, or what an on-failure record carries. */
  readonly request: Readonly<Record<string, unknown>>;
  /** The event with another ResponseURL. */
  readonly withResponseUrl: (responseUrl: string) => unknown;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The partition's DNS suffix. */
  readonly urlSuffix: string;
}

/** Partitions with a DNS suffix of their own. */
const URL_SUFFIXES: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };
const DEFAULT_URL_SUFFIX = 'amazonaws.com';

const STACK_ID = /^arn:(aws[a-z-]*):cloudformation:([a-z0-9-]+):(\d{12}):stack\//;

/** @throws LocalError for a file that is not there, or holds no event of a custom resource. */
export async function readEventFile(path: string): Promise<EventFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it can't be read (${code})`;
    throw new LocalError(`${path}: ${reason}; events/ has an event of each kind`, undefined, { cause });
  }
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch (cause) {
    throw new LocalError(`${path} holds no JSON: ${(cause as Error).message}`, undefined, { cause });
  }
  if (!isRecord(event)) throw new LocalError(`${path} holds no event: it must be a JSON object`);
  const record = event;
  const { requestPayload } = record;
  const request = isRecord(requestPayload) ? requestPayload : record;
  const [, partition, region, accountId] = STACK_ID.exec(String(request.StackId)) ?? [];
  if (partition === undefined || region === undefined || accountId === undefined) {
    throw new LocalError(
      `${path} has no StackId, which says in which account and Region to run: arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>`,
    );
  }
  return {
    request,
    withResponseUrl: (ResponseURL) =>
      request === record
        ? { ...record, ResponseURL }
        : { ...record, requestPayload: { ...request, ResponseURL } },
    partition,
    region,
    accountId,
    urlSuffix: URL_SUFFIXES[partition] ?? DEFAULT_URL_SUFFIX,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
