import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { errorOfAws } from '../../../handlers/registry/aws-error.ts';

const CALL = {
  service: 'ECR',
  region: 'eu-west-1',
  operation: 'look for an image in repository app',
  hints: { AccessDenied: 'tag it' },
};

/** As the SDK throws what a service answered. */
const answered = (name: string, $fault: 'client' | 'server', httpStatusCode = 400, message = '') =>
  Object.assign(new Error(message), { name, $fault, $metadata: { httpStatusCode } });

describe("an error of an AWS service's answer", () => {
  const ANSWERS: readonly [error: Error, code: string, message: string][] = [
    [
      answered('AccessDeniedException', 'client', 400, 'User x may not'),
      'AccessDenied',
      'ECR refused to look for an image in repository app: AccessDeniedException; tag it (User x may not)',
    ],
    [
      answered('ThrottlingException', 'client'),
      'Throttling',
      'ECR refused to look for an image in repository app: ThrottlingException',
    ],
    [
      answered('OtherException', 'client', 429),
      'Throttling',
      'ECR refused to look for an image in repository app: OtherException',
    ],
    [
      answered('ProvisionedThroughputExceededException', 'client'),
      'Throttling',
      'ECR refused to look for an image in repository app: ProvisionedThroughputExceededException',
    ],
    [
      answered('ServiceQuotaExceededException', 'client', 402),
      'ServiceLimitExceeded',
      'ECR refused to look for an image in repository app: ServiceQuotaExceededException',
    ],
    [
      answered('LimitExceededException', 'client'),
      'ServiceLimitExceeded',
      'ECR refused to look for an image in repository app: LimitExceededException',
    ],
    [
      answered('InvalidParameterException', 'client'),
      'InvalidRequest',
      'ECR refused to look for an image in repository app: InvalidParameterException',
    ],
    [
      answered('ServerException', 'server', 500, 'sorry'),
      'GeneralServiceException',
      'ECR failed to look for an image in repository app: ServerException (sorry)',
    ],
    [
      answered('ServiceUnavailable', 'client', 503),
      'GeneralServiceException',
      'ECR failed to look for an image in repository app: ServiceUnavailable',
    ],
  ];
  for (const [error, code, message] of ANSWERS) {
    test(`is ${code} for ${error.name}`, () => {
      const described = errorOfAws(error, CALL);
      assert.ok(described instanceof ProviderError);
      assert.deepEqual([described.code, described.message, described.cause], [code, message, error]);
    });
  }

  test('never repeats the query of a URL', () => {
    const error = answered('X', 'client', 400, 'https://s3.test/b?X-Amz-Signature=abcdef');
    const described = errorOfAws(error, CALL);
    assert.ok(described instanceof ProviderError);
    assert.doesNotMatch(described.message, /abcdef/);
  });
});

describe('an AWS service that is not reached', () => {
  const BREAKS: readonly [what: string, fields: object, said: RegExp][] = [
    [
      'no such host',
      { code: 'ENOTFOUND', hostname: 'api.ecr.eu-west-1.amazonaws.com' },
      /there is no such host \(api\.ecr\.eu-west-1\.amazonaws\.com, ENOTFOUND\)$/,
    ],
    [
      'a refused connection',
      { code: 'ECONNREFUSED', address: '10.0.0.1', port: 443 },
      /the connection was refused \(10\.0\.0\.1:443, ECONNREFUSED\)$/,
    ],
    [
      'several addresses',
      { name: 'AggregateError', errors: [{ code: 'ECONNREFUSED', address: '::1', port: 443 }] },
      /the connection was refused \(::1:443, ECONNREFUSED\)$/,
    ],
    ['no answer', { name: 'TimeoutError', code: 'ETIMEDOUT' }, /no answer came in time \(ETIMEDOUT\)$/],
    ['no connection', { name: 'TimeoutError' }, /nothing came in time \(TimeoutError\)$/],
    [
      'a certificate that does not hold',
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      /its certificate is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    ],
  ];
  for (const [what, fields, said] of BREAKS) {
    test(`is a NetworkFailure that names service, Region and cause: ${what}`, () => {
      const described = errorOfAws(Object.assign(new Error('internal'), fields), CALL);
      assert.ok(described instanceof ProviderError);
      assert.equal(described.code, 'NetworkFailure');
      assert.match(
        described.message,
        /^ECR in eu-west-1 was not reached to look for an image in repository app: /,
      );
      assert.match(described.message, said);
    });
  }

  test('is told apart from what a program does wrong', () => {
    const wrong = Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_TYPE' });
    const described = errorOfAws(wrong, CALL);
    assert.ok(described instanceof ProviderError);
    assert.equal(described.code, 'GeneralServiceException');
  });
});

describe('an error that is ours already', () => {
  test('stays what it is', () => {
    const own = new ProviderError('InvalidRequest', 'x');
    assert.equal(errorOfAws(own, CALL), own);
  });

  test('is the reason of the signal that ended the call', () => {
    const reason = new ProviderError('NotStabilized', 'no time left');
    const signal = AbortSignal.abort(reason);
    assert.equal(errorOfAws(new Error('Request aborted'), { ...CALL, signal }), reason);
  });
});
