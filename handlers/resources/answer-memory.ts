import { createHash } from 'node:crypto';
import type { RawProperties, UpdateRequest } from '../cloudformation/event.ts';

/** How the answers of one resource type are written into its physical ids. */
export interface AnswerCodec<T> {
  /** What ids of this type begin with: letters, digits and `-`. */
  readonly prefix: string;
  /** The same text for equal answers, without `#` and `,`. Two of them, with 40 bytes, fit into 1024 bytes. */
  encode(answer: T): string;
  /** Undefined for what `encode` never writes. */
  decode(text: string): T | undefined;
}

/** An answer, and a hash of the properties that it belonged to. */
export interface Remembered<T> {
  readonly asked: string;
  readonly answer: T;
}

/**
 * What a physical id remembers.
 *
 *     id         := <prefix> "#" remembered [ "," remembered ]     the present answer, and the one before
 *     remembered := asked ":" <encoded answer>
 *     asked      := 12 hex digits
 *
 * With the present answer it is the hash of the properties that it was first given to; with the one before, of those
 * that were left for them. So both name the one change that led from the one answer to the other.
 */
export interface AnswerMemory<T> {
  readonly present: Remembered<T>;
  readonly before?: Remembered<T>;
}

/** Undefined for an id that is none of ours: CloudFormation makes one up where it never got an answer. */
export function parseMemory<T>(
  codec: AnswerCodec<T>,
  physicalResourceId: string,
): AnswerMemory<T> | undefined {
  const beginning = `${codec.prefix}#`;
  if (!physicalResourceId.startsWith(beginning)) return undefined;
  const [first = '', second, ...more] = physicalResourceId.slice(beginning.length).split(',');
  const present = parseRemembered(codec, first);
  if (present === undefined || more.length > 0) return undefined;
  if (second === undefined) return { present };
  const before = parseRemembered(codec, second);
  return before && { present, before };
}

export function formatMemory<T>(codec: AnswerCodec<T>, { present, before }: AnswerMemory<T>): string {
  const remembered = [present, before].flatMap((one) =>
    one === undefined ? [] : `${one.asked}:${codec.encode(one.answer)}`,
  );
  return `${codec.prefix}#${remembered.join(',')}`;
}

/** Twelve hex digits that tell whether the properties are the same, in whatever order they come. */
export function hashOfProperties(properties: RawProperties): string {
  const asked = Object.entries(properties).filter(([name]) => !UNASKED.includes(name));
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(asked)))
    .digest('hex')
    .slice(0, ASKED_LENGTH);
}

/** Properties before and after a change: an Update has both. */
export type Change = Pick<UpdateRequest, 'properties' | 'oldProperties'>;

/**
 * The answer that held before the Update that is rolled back by this change. It is the one `before`, where present
 * was first given in the very change that is undone; otherwise that Update failed, or changed no answer, and it is
 * the present one.
 */
export function formerAnswer<T>({ present, before }: AnswerMemory<T>, undoing: Change): T {
  const isUndone =
    present.asked === hashOfProperties(undoing.oldProperties) &&
    before?.asked === hashOfProperties(undoing.properties);
  return isUndone ? before.answer : present.answer;
}

/**
 * The id for an answer. An unchanged answer gets the id that was received, byte for byte and whatever the properties:
 * another one would be a replacement.
 */
export function rememberingId<T>(
  codec: AnswerCodec<T>,
  given: {
    readonly answer: T;
    readonly properties: RawProperties;
    /** Of an Update. */
    readonly received?: Pick<UpdateRequest, 'physicalResourceId' | 'oldProperties'>;
  },
): string {
  const { answer, properties, received } = given;
  const present = { asked: hashOfProperties(properties), answer };
  const memory = received && parseMemory(codec, received.physicalResourceId);
  if (memory === undefined) return formatMemory(codec, { present });
  if (codec.encode(memory.present.answer) === codec.encode(answer)) return received?.physicalResourceId ?? '';
  const before = { asked: hashOfProperties(received?.oldProperties ?? {}), answer: memory.present.answer };
  return formatMemory(codec, { present, before });
}

/** CloudFormation's own, which ask for nothing. */
const UNASKED: readonly string[] = ['ServiceToken', 'ServiceTimeout'];
const ASKED_LENGTH = 12;
const REMEMBERED = new RegExp(`^(?<asked>[0-9a-f]{${ASKED_LENGTH}}):(?<text>[^#]*)$`);

function parseRemembered<T>(codec: AnswerCodec<T>, remembered: string): Remembered<T> | undefined {
  const { asked, text } = REMEMBERED.exec(remembered)?.groups ?? {};
  if (asked === undefined || text === undefined) return undefined;
  const answer = codec.decode(text);
  return answer === undefined ? undefined : { asked, answer };
}

/** JSON with the names of each object in one order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
