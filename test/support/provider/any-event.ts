import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_RESPONSE_BYTES } from '../../../handlers/cloudformation/response.ts';
import type { IssuedUrl } from '../cloudformation/response-server.ts';
import { requestEvent } from './events.ts';

const MAX_ID_BYTES = 1024;
/** Longer ids than any real one can't be echoed whole, in bytes of JSON. */
const MAX_ECHOED_BYTES = 300;

const REQUEST_TYPES = ['Create', 'Update', 'Delete'] as const;

/** Texts of every kind that ever broke something: empty, huge, multibyte, control characters, lone surrogates. */
const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', 'true', '-1', '__proto__', 'constructor', '{{resolve:ssm:x}}'),
  fc.integer({ min: 1_000, max: 70_000 }).map((length) => '漢'.repeat(length)),
  fc.integer({ min: 1_000, max: 70_000 }).map((length) => '\u0001"\\'.repeat(length)),
);
export const nastyValue = fc.oneof(
  nastyText,
  fc.constantFrom(null, undefined, true, 0, -1, 1e308, [], {}),
  fc.array(nastyText, { maxLength: 3 }),
  fc.dictionary(nastyText, nastyText, { maxKeys: 3 }),
  fc.object({ maxDepth: 3 }),
);

const FIELDS = [
  'RequestType',
  'ServiceToken',
  'StackId',
  'RequestId',
  'LogicalResourceId',
  'ResourceType',
  'PhysicalResourceId',
  'ResourceProperties',
  'OldResourceProperties',
] as const;
/** Known to every type, or to none. */
const COMMON_PROPERTIES = ['ServiceTimeout', 'DeploymentId', 'Unknown', '__proto__'];

/** How a real event is altered. */
export interface Mutation {
  readonly requestType: (typeof REQUEST_TYPES)[number];
  readonly removed: readonly string[];
  readonly replaced: readonly (readonly [field: string, value: unknown])[];
  readonly properties: readonly (readonly [name: string, value: unknown])[];
}

/** Mutations of events of a type with these properties: fields taken away or replaced, properties replaced or added. */
export function mutations(propertyNames: readonly string[]): fc.Arbitrary<Mutation> {
  return fc.record({
    requestType: fc.constantFrom(...REQUEST_TYPES),
    removed: fc.uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 3 }),
    replaced: fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), nastyValue), {
      selector: ([name]) => name,
      maxLength: 2,
    }),
    properties: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...propertyNames, ...COMMON_PROPERTIES), nastyValue),
      {
        selector: ([name]) => name,
        maxLength: 3,
      },
    ),
  });
}

/** A real event of a type, altered. */
export function mutatedEvent(
  mutation: Mutation,
  responseUrl: string,
  real: Record<string, unknown> = {},
): Record<string, unknown> {
  const event = requestEvent(mutation.requestType, responseUrl, real);
  event.ResourceProperties = {
    ...Object(event.ResourceProperties),
    ...Object.fromEntries(mutation.properties),
  };
  for (const [name, value] of mutation.replaced) event[name] = value;
  for (const name of mutation.removed) delete event[name];
  return event;
}

/** Holds the one answer to an event, whatever the event was, against the protocol. @returns its status. */
export function assertOneValidAnswer(
  event: Record<string, unknown>,
  issued: IssuedUrl,
): 'SUCCESS' | 'FAILED' {
  assert.equal(issued.puts.length, 1, 'one answer');
  const [put] = issued.puts;
  assert.equal(put?.outcome, 'accepted', put?.refusal);
  assert.ok(put.body.length <= MAX_RESPONSE_BYTES, `${put.body.length} bytes`);
  const answer = JSON.parse(put.body.toString()) as Record<string, unknown>;
  for (const name of ['StackId', 'RequestId', 'LogicalResourceId']) {
    const received = event[name];
    const isEchoable = typeof received === 'string' && JSON.stringify(received).length <= MAX_ECHOED_BYTES;
    if (isEchoable) assert.equal(answer[name], received, name);
    else assert.equal(typeof answer[name], 'string', name);
  }
  const id = answer.PhysicalResourceId;
  assert.ok(typeof id === 'string' && id !== '');
  if (answer.Status === 'SUCCESS') {
    assert.equal(answer.Reason, undefined);
    if (event.RequestType !== 'Delete') assert.ok(Buffer.byteLength(id) <= MAX_ID_BYTES);
    return 'SUCCESS';
  }
  assert.equal(answer.Status, 'FAILED');
  assert.match(String(answer.Reason), /^[A-Z]\w+: \S/);
  return 'FAILED';
}
