import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { ECRClient, type ECRClientConfig } from '@aws-sdk/client-ecr';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { AWS_TIMEOUTS } from '../../../handlers/network/aws-timeouts.ts';
import { EcrCredentials, SecretCredentials } from '../../../handlers/registry/credentials.ts';
import { startLoopbackServer } from '../../support/registry/loopback-server.ts';

interface Call {
  readonly action: string;
  readonly region: string;
  readonly input: unknown;
}

/** AWS's JSON protocol on loopback: the real SDK clients talk to it. */
async function startAws(answer: (call: Call, count: number) => { status?: number; body: object }) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const call = {
        action: String(request.headers['x-amz-target']).split('.').at(-1) ?? '',
        region: /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '',
        input: JSON.parse(body),
      };
      calls.push(call);
      const { status = 200, body: output } = answer(call, calls.length);
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(output));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const configuration = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  return {
    calls,
    ecr: (own: ECRClientConfig) => new ECRClient({ ...own, ...configuration, useFipsEndpoint: false }),
    secrets: (own: SecretsManagerClientConfig) => new SecretsManagerClient({ ...own, ...configuration }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ECR = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const HOUR = 3_600_000;

describe('the login of a private ECR registry', () => {
  const tokenOf = (password: string, expiresAt: number) => ({
    body: {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
          expiresAt: expiresAt / 1_000,
        },
      ],
    },
  });

  test('is a token of its Region, kept until shortly before it expires', async () => {
    let now = Date.now();
    await using aws = await startAws((_, count) => tokenOf(`p${count}`, now + 12 * HOUR));
    const credentials = new EcrCredentials({ createClient: aws.ecr, now: () => now });
    assert.deepEqual(await credentials.find(ECR), { username: 'AWS', password: 'p1' });
    now += 11 * HOUR;
    assert.deepEqual(await credentials.find(ECR.replace('1111', '9999')), {
      username: 'AWS',
      password: 'p1',
    });
    now += HOUR - 60_000;
    assert.deepEqual(await credentials.find(ECR), { username: 'AWS', password: 'p2' });
    await credentials.find(ECR.replace('eu-west-1', 'us-east-2'));
    assert.deepEqual(
      aws.calls.map(({ action, region }) => [action, region]),
      [
        ['GetAuthorizationToken', 'eu-west-1'],
        ['GetAuthorizationToken', 'eu-west-1'],
        ['GetAuthorizationToken', 'us-east-2'],
      ],
    );
  });

  test('is fetched anew where the registry refused the kept one', async () => {
    await using aws = await startAws((_, count) => tokenOf(`p${count}`, Date.now() + 12 * HOUR));
    const credentials = new EcrCredentials({ createClient: aws.ecr });
    const rejected = await credentials.find(ECR);
    assert.deepEqual(await credentials.find(ECR, { rejected }), { username: 'AWS', password: 'p2' });
    assert.deepEqual(await credentials.find(ECR, { rejected }), { username: 'AWS', password: 'p2' });
  });

  test('is nobody else’s', async () => {
    await using aws = await startAws(() => tokenOf('p', 0));
    assert.equal(await new EcrCredentials({ createClient: aws.ecr }).find('ghcr.io'), undefined);
    assert.equal(aws.calls.length, 0);
  });

  test('that is refused says so', async () => {
    await using aws = await startAws(() => ({
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        message: 'not authorized to perform: ecr:GetAuthorizationToken',
      },
    }));
    await assert.rejects(new EcrCredentials({ createClient: aws.ecr }).find(ECR), {
      code: 'AccessDenied',
      message:
        /^ECR refused to give a token in eu-west-1: AccessDeniedException \(.*ecr:GetAuthorizationToken/,
    });
  });

  test('that is no token is refused', async () => {
    await using aws = await startAws(() => ({
      body: { authorizationData: [{ authorizationToken: 'bm90' }] },
    }));
    await assert.rejects(new EcrCredentials({ createClient: aws.ecr }).find(ECR), {
      code: 'GeneralServiceException',
      message: /no usable token/,
    });
  });
});

describe('the login in a secret', () => {
  const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf';
  const secret = (value: unknown) => ({
    body: { SecretString: typeof value === 'string' ? value : JSON.stringify(value) },
  });
  const GOOD = { registry: 'ghcr.io', username: 'me', password: 'hunter2' };

  test("is read in the secret's own Region", async () => {
    await using aws = await startAws(() => secret(GOOD));
    const credentials = new SecretCredentials(ARN, { createClient: aws.secrets });
    assert.deepEqual(await credentials.find('ghcr.io'), { username: 'me', password: 'hunter2' });
    assert.deepEqual(aws.calls, [
      { action: 'GetSecretValue', region: 'eu-west-1', input: { SecretId: ARN } },
    ]);
  });

  test('may name Docker Hub by any of its names', async () => {
    await using aws = await startAws(() => secret({ ...GOOD, registry: 'index.docker.io' }));
    assert.ok(await new SecretCredentials(ARN, { createClient: aws.secrets }).find('docker.io'));
  });

  const MALFORMED: readonly [what: string, value: unknown, why: RegExp][] = [
    ['no JSON', 'hunter2', /is no JSON \(7 characters\)/],
    ['a list', ['hunter2'], /is no JSON object/],
    ['no registry', { ...GOOD, registry: undefined }, /has no text under "registry"/],
    ['a password that is a number', { ...GOOD, password: 12345678 }, /has no text under "password"/],
    ['an empty username', { ...GOOD, username: '' }, /has no text under "username"/],
    ['a colon in the username', { ...GOOD, username: 'me:hunter2' }, /has a ":" in its username/],
    [
      'another registry',
      { ...GOOD, registry: 'evil.hunter2.test' },
      /is for another registry than Source's, which is ghcr.io/,
    ],
  ];
  for (const [what, value, why] of MALFORMED) {
    test(`that has ${what} is refused without showing a value`, async () => {
      await using aws = await startAws(() => secret(value));
      await assert.rejects(
        new SecretCredentials(ARN, { createClient: aws.secrets }).find('ghcr.io'),
        (error: Error) => {
          assert.equal('code' in error && error.code, 'InvalidCredentials');
          assert.match(error.message, why);
          assert.doesNotMatch(`${error.message} ${error.cause}`, /hunter2|12345678/);
          assert.match(error.message, /\{"registry": "…", "username": "…", "password": "…"\} is allowed$/);
          return true;
        },
      );
    });
  }

  test('that is binary is refused', async () => {
    await using aws = await startAws(() => ({ body: { SecretBinary: 'AAAA' } }));
    await assert.rejects(
      new SecretCredentials(ARN, { createClient: aws.secrets }).find('ghcr.io'),
      /is binary/,
    );
  });

  test('that may not be read names the tag it needs', async () => {
    await using aws = await startAws(() => ({
      status: 400,
      body: { __type: 'AccessDeniedException', message: 'no' },
    }));
    await assert.rejects(new SecretCredentials(ARN, { createClient: aws.secrets }).find('ghcr.io'), {
      code: 'AccessDenied',
      message: /must carry the tag deploytime:source-credentials=true/,
    });
  });

  test('that does not exist is NotFound', async () => {
    await using aws = await startAws(() => ({
      status: 400,
      body: { __type: 'ResourceNotFoundException', message: 'x' },
    }));
    await assert.rejects(new SecretCredentials(ARN, { createClient: aws.secrets }).find('ghcr.io'), {
      code: 'NotFound',
    });
  });

  test('that cannot be reached is a NetworkFailure', async () => {
    const createClient = (own: SecretsManagerClientConfig): SecretsManagerClient =>
      new SecretsManagerClient({ ...own, ...LOCAL, endpoint: 'http://127.0.0.1:1' });
    await assert.rejects(new SecretCredentials(ARN, { createClient }).find('ghcr.io'), {
      code: 'NetworkFailure',
      message:
        /^Secrets Manager in eu-west-1 was not reached to give the secret .* \(127\.0\.0\.1:1, ECONNREFUSED\)$/,
    });
  });
});

const LOCAL = { credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
/** Instead of seconds. */
const SHORT_MS = 100;

describe('a service that takes a connection and never answers', () => {
  const MESSAGE = /in eu-west-1 was not reached to give .*: no answer came in time \(ETIMEDOUT\)$/;
  const limits = (given: unknown) => {
    assert.equal(given, AWS_TIMEOUTS);
    return { ...AWS_TIMEOUTS, requestTimeout: SHORT_MS };
  };

  test('is a NetworkFailure of a token', async (context) => {
    const { origin: endpoint, close } = await startLoopbackServer(() => {});
    context.after(close);
    const createClient = (own: ECRClientConfig): ECRClient =>
      new ECRClient({ ...own, ...LOCAL, endpoint, requestHandler: limits(own.requestHandler) });
    await assert.rejects(new EcrCredentials({ createClient }).find(ECR), {
      code: 'NetworkFailure',
      message: MESSAGE,
    });
  });

  test('is a NetworkFailure of a secret', async (context) => {
    const { origin: endpoint, close } = await startLoopbackServer(() => {});
    context.after(close);
    const createClient = (own: SecretsManagerClientConfig): SecretsManagerClient =>
      new SecretsManagerClient({ ...own, ...LOCAL, endpoint, requestHandler: limits(own.requestHandler) });
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf';
    await assert.rejects(new SecretCredentials(arn, { createClient }).find('ghcr.io'), {
      code: 'NetworkFailure',
      message: MESSAGE,
    });
  });

  test('keeps the reason of whoever waits no longer', async (context) => {
    const { origin: endpoint, close } = await startLoopbackServer(() => {});
    context.after(close);
    const createClient = (own: ECRClientConfig): ECRClient => new ECRClient({ ...own, ...LOCAL, endpoint });
    const reason = new Error('no time left');
    const signal = AbortSignal.abort(reason);
    await assert.rejects(new EcrCredentials({ createClient }).find(ECR, { signal }), reason);
  });
});
