import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Put } from './response-server.ts';
import { type AnsweredRequest, type Rule, violationsOf } from './violation.ts';
import type { CustomResourceRequest } from './wire.ts';

const REQUEST: CustomResourceRequest = {
  RequestType: 'Create',
  ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider',
  ResponseURL:
    'http://127.0.0.1:1/key?X-Amz-Signature=0123abcd&X-Amz-Security-Token=t%2Fo%2Bken&X-Amz-Credential=ASIAX',
  StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example/0a1b',
  RequestId: 'request',
  LogicalResourceId: 'Image',
  ResourceType: 'Custom::Thing',
  ResourceProperties: {},
};
const UPDATE: CustomResourceRequest = { ...REQUEST, RequestType: 'Update', PhysicalResourceId: 'old' };
const DELETE: CustomResourceRequest = { ...REQUEST, RequestType: 'Delete', PhysicalResourceId: 'old' };
const ANSWER = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'old',
  StackId: REQUEST.StackId,
  RequestId: REQUEST.RequestId,
  LogicalResourceId: REQUEST.LogicalResourceId,
  Data: { Digest: 'sha256:ab', Size: 3, Ready: true },
};

function put(body: string | Buffer, rest: Partial<Put> = {}): Put {
  return { body: Buffer.from(body), outcome: 'accepted', late: false, ...rest };
}

function answered(puts: readonly Put[], rest: Partial<AnsweredRequest> = {}): AnsweredRequest {
  const url = REQUEST.ResponseURL;
  const issued = { url, puts, stored: Promise.resolve(Buffer.alloc(0)), close: () => {}, reopen: () => {} };
  const state = { deliveries: 1, running: false, timedOut: false, attributes: ['Digest'] };
  return { request: REQUEST, issued, ...state, ...rest };
}

/** The rules that this answer breaks. */
function broken(change: object, request = REQUEST): Rule[] {
  const body = JSON.stringify({ ...ANSWER, ...change });
  return violationsOf(answered([put(body)], { request })).map(({ rule }) => rule);
}

const GOOD = JSON.stringify(ANSWER);

describe('The rules for an answer', () => {
  test('let a good answer pass, on Create, Update and Delete', () => {
    for (const request of [REQUEST, UPDATE, DELETE]) assert.deepEqual(broken({}, request), []);
    assert.deepEqual(broken({ Status: 'FAILED', Reason: 'No', Data: undefined }), []);
    assert.deepEqual(broken({ Data: undefined }, DELETE), []);
  });

  test('want every id back as it came', () => {
    for (const name of ['StackId', 'RequestId', 'LogicalResourceId']) {
      assert.deepEqual(broken({ [name]: 'another' }), ['gives the ids back']);
      assert.deepEqual(broken({ [name]: undefined }), ['gives the ids back']);
    }
  });

  test('want a status that CloudFormation knows, and a reason for a failure', () => {
    assert.deepEqual(broken({ Status: 'OK' }), ['says SUCCESS or FAILED']);
    for (const Reason of [undefined, '', '  ', 3]) {
      assert.deepEqual(broken({ Status: 'FAILED', Reason }), ['gives a reason for a failure']);
    }
  });

  test('want a physical id of 1 to 1024 bytes', () => {
    assert.deepEqual(broken({ PhysicalResourceId: 'ü'.repeat(512) }), []);
    for (const PhysicalResourceId of [undefined, '', 7, 'ü'.repeat(513)]) {
      assert.deepEqual(broken({ PhysicalResourceId }), ['has a physical resource id']);
    }
  });

  test('want the old physical id from a failed Update and from every Delete', () => {
    const failure = { Status: 'FAILED', Reason: 'No', PhysicalResourceId: 'new' };
    assert.deepEqual(broken(failure, UPDATE), ['keeps the id when an update fails']);
    assert.deepEqual(broken({ PhysicalResourceId: 'new' }, UPDATE), []);
    assert.deepEqual(broken({ PhysicalResourceId: 'new' }, DELETE), ['keeps the id when deleted']);
  });

  test('want simple values in Data', () => {
    for (const value of [null, [], {}, ['a']]) {
      assert.deepEqual(broken({ Data: { Digest: 'x', Odd: value } }), ['has simple data']);
    }
    assert.deepEqual(broken({ Data: [] }), ['has simple data']);
    assert.deepEqual(broken({ NoEcho: 'true' }), ['has simple data']);
  });

  test('want every attribute on Create and on Update', () => {
    assert.deepEqual(broken({ Data: {} }), ['has every attribute']);
    assert.deepEqual(broken({ Data: undefined }, UPDATE), ['has every attribute']);
  });

  test('want at most 4096 bytes of JSON in UTF-8', () => {
    const room = 4096 - Buffer.byteLength(JSON.stringify({ ...ANSWER, Reason: '' }));
    assert.deepEqual(broken({ Reason: 'x'.repeat(room) }), []);
    assert.deepEqual(broken({ Reason: `${'x'.repeat(room - 1)}ü` }), ['fits into 4096 bytes']);
    for (const body of ['', 'SUCCESS', '[]', 'null', GOOD.slice(0, -1), Buffer.from([0x22, 0xff, 0x22])]) {
      const rules = violationsOf(answered([put(body)])).map(({ rule }) => rule);
      assert.deepEqual(rules, ['is a JSON object'], String(body));
    }
  });

  test('want one answer: the same bytes again only after a fault or another delivery', () => {
    const rules = (puts: readonly Put[], rest: Partial<AnsweredRequest> = {}): Rule[] =>
      violationsOf(answered(puts, rest)).map(({ rule }) => rule);
    const other = JSON.stringify({ ...ANSWER, Reason: 'again' });
    const lost = put(GOOD, { outcome: 'lost' });
    const faulted = put(other, { outcome: 'faulted' });
    assert.deepEqual(rules([lost, put(GOOD)]), []);
    assert.deepEqual(rules([faulted, put(GOOD)]), []);
    assert.deepEqual(rules([put(GOOD), put(GOOD)], { deliveries: 2 }), []);
    assert.deepEqual(rules([put(GOOD), put(GOOD)]), ['answers once']);
    assert.deepEqual(rules([put(GOOD), put(other)], { deliveries: 2 }), ['answers once']);
    assert.deepEqual(rules([lost, put(other)]), ['answers once']);
  });

  test('want an answer, in time, from a function that then ends', () => {
    const rules = (puts: readonly Put[], rest: Partial<AnsweredRequest> = {}): Rule[] =>
      violationsOf(answered(puts, rest)).map(({ rule }) => rule);
    assert.deepEqual(rules([]), ['answers the request']);
    assert.deepEqual(rules([put(GOOD)], { timedOut: true }), ['answers the request']);
    assert.deepEqual(rules([put(GOOD)], { running: true }), ['ends after its answer']);
    assert.deepEqual(rules([put(GOOD, { late: true })]), ['answers while it runs']);
    const refused = put('', { outcome: 'refused', refusal: 'The body was sent chunked' });
    assert.deepEqual(rules([refused, put(GOOD)]), ['is accepted by S3']);
  });

  test('want the response URL kept secret, in the answer and in the log', () => {
    const { search } = new URL(REQUEST.ResponseURL);
    for (const secret of ['0123abcd', 't/o+ken', 't%2Fo%2Bken', 'ASIAX', search]) {
      assert.deepEqual(broken({ Reason: `see ${secret}` }), ['keeps the response URL secret'], secret);
      const [violation, ...others] = violationsOf(answered([put(GOOD)], { log: `PUT ${secret}` }));
      assert.deepEqual([violation?.rule, others], ['keeps the response URL secret', []]);
      assert.ok(!violation?.sentence.includes(secret), 'The violation itself gives it away');
    }
  });
});
