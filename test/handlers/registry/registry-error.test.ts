import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ProviderError } from '../../../handlers/errors.ts';
import { errorOfBreak, errorOfRefusal } from '../../../handlers/registry/registry-error.ts';

const operation = {
  role: 'source',
  subject: 'ghcr.io/o/app',
  action: 'reading the manifest v1',
} as const;
const refusal = (status: number, body = '', authenticated = true) =>
  errorOfRefusal(operation, { status, body, authenticated });
const errors = (code: string, message: string) => JSON.stringify({ errors: [{ code, message, detail: {} }] });

describe('the error of a refusal', () => {
  test('says side, place, operation, status and what the registry said', () => {
    const error = refusal(404, errors('MANIFEST_UNKNOWN', 'manifest unknown'));
    assert.equal(
      error.message,
      'Source ghcr.io/o/app: reading the manifest v1 failed with HTTP status 404 (MANIFEST_UNKNOWN: manifest unknown)',
    );
    assert.deepEqual(error.registryCodes, ['MANIFEST_UNKNOWN']);
  });

  const CODES: readonly [what: string, status: number, body: string, code: string, retry: string][] = [
    ['a refused login', 401, '', 'InvalidCredentials', 'never'],
    [
      'a denial',
      403,
      errors('DENIED', 'not authorized to perform: ecr:InitiateLayerUpload'),
      'AccessDenied',
      'never',
    ],
    ['what is not there', 404, '', 'NotFound', 'never'],
    ['a request that took too long', 408, '', 'NetworkFailure', 'transient'],
    ['too many requests', 429, '', 'Throttling', 'transient'],
    [
      'too many requests under another status',
      503,
      errors('TOOMANYREQUESTS', 'Rate exceeded'),
      'Throttling',
      'transient',
    ],
    ['a quota', 403, errors('DENIED', 'quota of images exceeded'), 'ServiceLimitExceeded', 'never'],
    ['a failure of the server', 500, '', 'GeneralServiceException', 'transient'],
    ['a gateway without a server', 502, '<html>', 'GeneralServiceException', 'transient'],
    ['what is not implemented', 501, '', 'GeneralServiceException', 'never'],
    ['an invalid request', 400, errors('NAME_INVALID', 'x'), 'GeneralServiceException', 'never'],
  ];
  for (const [what, status, body, code, retry] of CODES) {
    test(`has the code ${code} for ${what}`, () => {
      const error = refusal(status, body);
      assert.equal(error.code, code);
      assert.equal(error.retry, retry);
    });
  }

  test('points to SourceCredentials where a source was asked without a login', () => {
    const error = refusal(401, '', false);
    assert.equal(error.code, 'AccessDenied');
    assert.match(error.message, /needs a login \(SourceCredentials\)/);
  });

  test('says what a repository must carry where a destination may not be written to', () => {
    const destination = { ...operation, role: 'destination' } as const;
    const body = errors('DENIED', 'not authorized to perform: ecr:PutImage');
    const error = errorOfRefusal(destination, { status: 403, body, authenticated: true });
    assert.equal(error.code, 'AccessDenied');
    assert.match(
      error.message,
      /; the repository must carry the tag deploytime=allow, or .* RepositoryPattern must match it$/,
    );
  });

  test('says how long it was asked to wait', () => {
    const error = errorOfRefusal(operation, {
      status: 429,
      body: '',
      retryAfterMs: 3_600_000,
      authenticated: false,
    });
    assert.match(error.message, /asks to wait 3600 seconds/);
    assert.equal(error.retryAfterMs, 3_600_000);
  });

  test("reads a token server's errors", () => {
    const body = JSON.stringify({ error: 'invalid_grant', error_description: 'no such user' });
    assert.match(refusal(401, body).message, /\(invalid_grant: no such user\)/);
    assert.match(
      refusal(401, '{"details":"incorrect username or password"}').message,
      /\(incorrect username/,
    );
  });

  test('is one printable line of bounded length whatever the registry writes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 2_000 });
    fc.assert(
      fc.property(text, text, (code, message) => {
        const said = refusal(400, errors(code, message)).message;
        assert.ok(said.length < 700, String(said.length));
        assert.doesNotMatch(said, /[\p{C}\u2028\u2029]/u);
      }),
    );
  });

  test('never repeats the query of a URL or a token', () => {
    const leaky = 'see https://s3.test/b?X-Amz-Signature=abcdef and Authorization: Bearer aaaabbbbccccdddd';
    const { message } = refusal(403, errors('DENIED', leaky));
    assert.doesNotMatch(message, /abcdef|aaaabbbb/);
  });
});

describe('the error of an exchange that broke off', () => {
  const named = (code: string) => Object.assign(new Error(`internal ${code}`), { code });

  test('says what happened, where, and may be tried again', () => {
    const error = errorOfBreak(operation, 'ghcr.io', named('ECONNRESET'));
    assert.equal(error.code, 'NetworkFailure');
    assert.match(
      error.message,
      /^Source ghcr.io\/o\/app: .* failed: the connection was reset \(ghcr.io, ECONNRESET\)$/,
    );
    assert.equal('retry' in error && error.retry, 'transient');
  });

  test('is not tried again where there is no such host, or its certificate does not hold', () => {
    for (const code of [
      'ENOTFOUND',
      'CERT_HAS_EXPIRED',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ]) {
      const error = errorOfBreak(operation, 'ghcr.io', named(code));
      assert.equal('retry' in error && error.retry, 'never', code);
    }
  });

  test('looks into an error of several addresses', () => {
    const several = new AggregateError([named('ECONNREFUSED'), named('ECONNREFUSED')]);
    assert.match(errorOfBreak(operation, 'ghcr.io', several).message, /the connection was refused/);
  });

  test('leaves our own errors as they are', () => {
    const own = new ProviderError('InvalidRequest', 'leads to a private address');
    assert.equal(errorOfBreak(operation, 'ghcr.io', own), own);
  });
});
