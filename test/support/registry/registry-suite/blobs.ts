import assert from 'node:assert/strict';
import { digestOf } from '../../images/content.ts';
import { seededBytes } from '../../images/seeded-bytes.ts';
import { type RawAnswer, rawRequest, refusalCode } from '../raw-request.ts';
import type { CaseContext, RegistryCase } from '../registry-suite.ts';
import { endUpload, locationOf, uploadBlob } from './uploads.ts';

const BYTES = seededBytes('blob', 10_000);
const DIGEST = digestOf(BYTES);

async function mountFrom({ base }: CaseContext, from: string, digest: string): Promise<RawAnswer> {
  return await rawRequest('POST', `${base}blobs/uploads/?mount=${digest}&from=${from}`, {
    body: Buffer.alloc(0),
  });
}

/** Another repository of the same registry, seen from which the first is the other. */
function siblingOf({ origin, name, sibling }: CaseContext): CaseContext {
  return { origin, name: sibling, sibling: name, base: `${origin}/v2/${sibling}/` };
}

/** How blobs go out, and from one repository into another. */
export const BLOB_CASES: readonly RegistryCase[] = [
  {
    title: "answers HEAD with a blob's size and digest",
    run: async (context) => {
      await uploadBlob(context, BYTES);
      const { status, headers, body } = await rawRequest('HEAD', `${context.base}blobs/${DIGEST}`);
      assert.equal(status, 200);
      assert.equal(headers['content-length'], String(BYTES.length));
      assert.equal(headers['docker-content-digest'], DIGEST);
      assert.equal(body.length, 0);
    },
  },
  {
    title: 'gives a part of a blob',
    about: ['serves-ranges'],
    run: async (context) => {
      await uploadBlob(context, BYTES);
      const answer = await rawRequest('GET', `${context.base}blobs/${DIGEST}`, {
        headers: { range: 'bytes=9000-' },
      });
      assert.equal(answer.status, 206);
      assert.equal(answer.headers['content-range'], 'bytes 9000-9999/10000');
      assert.ok(answer.body.equals(BYTES.subarray(9_000)));
    },
  },
  {
    title: 'does not know a blob that nobody put',
    run: async (context) => {
      await uploadBlob(context, BYTES);
      const other = digestOf(Buffer.from('other'));
      const answer = await rawRequest('GET', `${context.base}blobs/${other}`);
      assert.equal(answer.status, 404);
      assert.equal(refusalCode(answer), 'BLOB_UNKNOWN');
      assert.equal((await rawRequest('HEAD', `${context.base}blobs/${other}`)).status, 404);
    },
  },
  {
    title: 'does not give a blob to a repository that lacks it',
    run: async (context) => {
      await uploadBlob(siblingOf(context), BYTES);
      await uploadBlob(context, Buffer.from('to make the repository'));
      assert.equal((await rawRequest('HEAD', `${context.base}blobs/${DIGEST}`)).status, 404);
    },
  },
  {
    title: 'mounts a blob of another repository',
    run: async (context) => {
      const from = siblingOf(context);
      await uploadBlob(from, BYTES);
      const answer = await mountFrom(context, from.name, DIGEST);
      assert.equal(answer.status, 201);
      assert.equal(answer.headers['docker-content-digest'], DIGEST);
      assert.equal(locationOf(context, answer), `${context.base}blobs/${DIGEST}`);
      const { body } = await rawRequest('GET', `${context.base}blobs/${DIGEST}`);
      assert.ok(body.equals(BYTES));
    },
  },
  {
    title: 'opens an upload where there is nothing to mount',
    run: async (context) => {
      const other = seededBytes('not there', 100);
      const answer = await mountFrom(context, siblingOf(context).name, digestOf(other));
      assert.equal(answer.status, 202);
      const ended = await endUpload(locationOf(context, answer), digestOf(other), other);
      assert.equal(ended.status, 201);
    },
  },
];
