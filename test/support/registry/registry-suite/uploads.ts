import assert from 'node:assert/strict';
import { digestOf } from '../../images/content.ts';
import { seededBytes } from '../../images/seeded-bytes.ts';
import { type RawAnswer, rawRequest, refusalCode } from '../raw-request.ts';
import type { CaseContext, RegistryCase } from '../registry-suite.ts';

const BYTES = seededBytes('upload', 50_000);
const DIGEST = digestOf(BYTES);
/**
 * For requests that are refused before their content is read: a registry may then close the connection, and whoever is
 * still sending gets a reset instead of the answer. This much is sent at once.
 */
const SHORT = BYTES.subarray(0, 1_000);
const OCTETS = { 'content-type': 'application/octet-stream' };

/** Opens an upload, and returns the address that goes on with it. */
export async function startUpload(context: CaseContext): Promise<string> {
  const answer = await rawRequest('POST', `${context.base}blobs/uploads/`, { body: Buffer.alloc(0) });
  assert.equal(answer.status, 202);
  return locationOf(context, answer);
}

/** Puts a blob in two requests. */
export async function uploadBlob(context: CaseContext, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  const answer = await endUpload(await startUpload(context), digest, bytes);
  assert.equal(answer.status, 201, answer.body.toString());
  return digest;
}

export async function endUpload(location: string, digest: string, body: Buffer): Promise<RawAnswer> {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return await rawRequest('PUT', url, { headers: OCTETS, body });
}

export function locationOf({ origin }: CaseContext, { headers }: RawAnswer): string {
  assert.ok(headers.location, 'an answer without a Location');
  return new URL(headers.location, origin).href;
}

async function sendChunk(location: string, body: Buffer, range?: string): Promise<RawAnswer> {
  const headers = { ...OCTETS, ...(range !== undefined && { 'content-range': range }) };
  return await rawRequest('PATCH', location, { headers, body });
}

async function assertHolds(context: CaseContext, bytes: Buffer): Promise<void> {
  const { status, body } = await rawRequest('GET', `${context.base}blobs/${digestOf(bytes)}`);
  assert.equal(status, 200);
  assert.ok(body.equals(bytes), 'the blob has other bytes');
}

/** How blobs come in. */
export const UPLOAD_CASES: readonly RegistryCase[] = [
  {
    title: 'says that it has the API',
    run: async ({ origin }) => {
      const { status, headers } = await rawRequest('GET', `${origin}/v2/`);
      assert.equal(status, 200);
      assert.equal(headers['docker-distribution-api-version'], 'registry/2.0');
    },
  },
  {
    title: 'takes a blob in one PUT, and names its address and digest',
    run: async (context) => {
      const answer = await endUpload(await startUpload(context), DIGEST, BYTES);
      assert.equal(answer.status, 201);
      assert.equal(answer.headers['docker-content-digest'], DIGEST);
      assert.equal(locationOf(context, answer), `${context.base}blobs/${DIGEST}`);
      await assertHolds(context, BYTES);
    },
  },
  {
    title: 'takes a blob in one PATCH, with the PUT behind it empty',
    run: async (context) => {
      const chunk = await sendChunk(await startUpload(context), BYTES);
      assert.equal(chunk.status, 202);
      assert.equal(chunk.headers.range, `0-${BYTES.length - 1}`);
      const answer = await endUpload(locationOf(context, chunk), DIGEST, Buffer.alloc(0));
      assert.equal(answer.status, 201);
      await assertHolds(context, BYTES);
    },
  },
  {
    title: 'takes a blob in chunks, with the last one in the PUT',
    run: async (context) => {
      const first = await sendChunk(await startUpload(context), BYTES.subarray(0, 20_000), '0-19999');
      assert.equal(first.status, 202);
      const second = await sendChunk(
        locationOf(context, first),
        BYTES.subarray(20_000, 30_000),
        '20000-29999',
      );
      assert.equal(second.status, 202);
      assert.equal(second.headers.range, '0-29999');
      const answer = await endUpload(locationOf(context, second), DIGEST, BYTES.subarray(30_000));
      assert.equal(answer.status, 201);
      await assertHolds(context, BYTES);
    },
  },
  {
    title: 'refuses a chunk that does not join the one before',
    about: ['checks-chunk-ranges'],
    run: async (context) => {
      const first = await sendChunk(await startUpload(context), BYTES.subarray(0, 20_000), '0-19999');
      const third = await sendChunk(locationOf(context, first), BYTES.subarray(30_000), '30000-49999');
      assert.equal(third.status, 416);
    },
  },
  {
    title: 'says how far an upload is',
    run: async (context) => {
      const chunk = await sendChunk(await startUpload(context), BYTES.subarray(0, 100));
      const { status, headers } = await rawRequest('GET', locationOf(context, chunk));
      assert.equal(status, 204);
      assert.equal(headers.range, '0-99');
    },
  },
  {
    title: 'forgets an upload that is given up',
    run: async (context) => {
      const location = await startUpload(context);
      assert.equal((await rawRequest('DELETE', location)).status, 204);
      const answer = await endUpload(location, digestOf(SHORT), SHORT);
      assert.equal(answer.status, 404);
      assert.equal(refusalCode(answer), 'BLOB_UPLOAD_UNKNOWN');
    },
  },
  {
    title: 'refuses content of another digest, and keeps nothing of it',
    run: async (context) => {
      const answer = await endUpload(await startUpload(context), DIGEST, BYTES.subarray(1));
      assert.equal(answer.status, 400);
      assert.equal(refusalCode(answer), 'DIGEST_INVALID');
      assert.equal((await rawRequest('HEAD', `${context.base}blobs/${DIGEST}`)).status, 404);
      assert.equal(
        (await rawRequest('HEAD', `${context.base}blobs/${digestOf(BYTES.subarray(1))}`)).status,
        404,
      );
    },
  },
  {
    title: 'ends an upload whose content was refused',
    about: ['ends-failed-uploads'],
    run: async (context) => {
      const location = await startUpload(context);
      await endUpload(location, digestOf(SHORT), SHORT.subarray(1));
      const again = await endUpload(location, digestOf(SHORT), SHORT);
      assert.equal(again.status, 404);
      assert.match(refusalCode(again) ?? '', /^BLOB_UPLOAD_(UNKNOWN|INVALID)$/);
    },
  },
  {
    title: 'ends an upload with its PUT',
    run: async (context) => {
      const location = await startUpload(context);
      assert.equal((await endUpload(location, digestOf(SHORT), SHORT)).status, 201);
      const again = await endUpload(location, digestOf(SHORT), SHORT);
      assert.equal(again.status, 404);
      assert.equal(refusalCode(again), 'BLOB_UPLOAD_UNKNOWN');
    },
  },
  {
    title: 'refuses the address that an upload had before',
    about: ['changes-upload-addresses'],
    run: async (context) => {
      const before = await startUpload(context);
      assert.equal((await sendChunk(before, SHORT.subarray(0, 100))).status, 202);
      const answer = await endUpload(before, digestOf(SHORT), SHORT.subarray(100));
      assert.equal(answer.status, 404);
      assert.equal(refusalCode(answer), 'BLOB_UPLOAD_INVALID');
    },
  },
  {
    title: 'refuses an end without a digest, or with none that can be',
    run: async (context) => {
      for (const query of ['', 'digest=sha256:abc']) {
        const location = await startUpload(context);
        const url = new URL(location);
        url.search += query === '' ? '' : `${url.search === '' ? '?' : '&'}${query}`;
        const answer = await rawRequest('PUT', url, { headers: OCTETS, body: SHORT });
        assert.equal(answer.status, 400);
        assert.equal(refusalCode(answer), 'DIGEST_INVALID');
      }
    },
  },
  {
    title: 'takes a blob that is there already',
    run: async (context) => {
      await uploadBlob(context, BYTES);
      await uploadBlob(context, BYTES);
      await assertHolds(context, BYTES);
    },
  },
  {
    title: 'takes an empty blob',
    run: async (context) => {
      await uploadBlob(context, Buffer.alloc(0));
      await assertHolds(context, Buffer.alloc(0));
    },
  },
];
