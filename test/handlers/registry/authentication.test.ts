import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Credentials, Login } from '../../../handlers/registry/credentials.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import { DEFAULT_RETRY_POLICY } from '../../../handlers/registry/retry-policy.ts';
import {
  instantTiming,
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedRegistry,
  startScriptedRegistry,
} from './scripted-registry.ts';

const LOGIN: Login = { username: 'user', password: 'pass:word' };
const BASIC = `Basic ${Buffer.from('user:pass:word').toString('base64')}`;
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
});
const OK: ScriptedAnswer = {
  status: 200,
  headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
  body: MANIFEST,
};
const challenge = (header: string): ScriptedAnswer => ({
  status: 401,
  headers: { 'www-authenticate': header },
});
const bearer = (realm: string): ScriptedAnswer =>
  challenge(`Bearer realm="${realm}",service="registry",scope="repository:o/app:pull"`);
const token = (value: object): ScriptedAnswer => ({ status: 200, body: JSON.stringify(value) });

const giving = (login: Login | undefined): Credentials & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    find: async (registry) => {
      asked.push(registry);
      return login;
    },
  };
};

function open(
  { outbound }: ScriptedRegistry,
  options: { login?: Login; registry?: string; now?: () => number; role?: 'source' | 'destination' } = {},
): RemoteRepository {
  return new RemoteRepository({
    registry: options.registry ?? 'registry.example',
    repository: 'o/app',
    role: options.role ?? 'source',
    outbound,
    credentials: giving(options.login),
    retryPolicy: DEFAULT_RETRY_POLICY,
    timing: { ...instantTiming(), ...(options.now && { now: options.now }) },
  });
}

const sent = (requests: readonly ReceivedRequest[]) =>
  requests.map(({ url, headers }) => `${url.host}${url.pathname} ${headers.authorization ?? '-'}`);

describe('a registry that asks for nothing', () => {
  test('gets no login, although there is one', async () => {
    await using registry = await startScriptedRegistry(() => OK);
    await open(registry, { login: LOGIN }).getManifest('v1');
    assert.deepEqual(sent(registry.requests), ['registry.example/v2/o/app/manifests/v1 -']);
  });
});

describe('a registry that asks for a basic login', () => {
  const basic = ({ headers }: ReceivedRequest) =>
    headers.authorization === BASIC ? OK : challenge('Basic realm="registry"');

  test('gets it, from then on with each request', async () => {
    await using registry = await startScriptedRegistry(basic);
    const source = open(registry, { login: LOGIN });
    await source.getManifest('v1');
    await source.getManifest('v2');
    assert.deepEqual(sent(registry.requests), [
      'registry.example/v2/o/app/manifests/v1 -',
      `registry.example/v2/o/app/manifests/v1 ${BASIC}`,
      `registry.example/v2/o/app/manifests/v2 ${BASIC}`,
    ]);
  });

  test('and refuses it is a failure of the login, which the message does not repeat', async () => {
    await using registry = await startScriptedRegistry(({ headers }) => ({
      ...challenge('Basic realm="registry"'),
      body: JSON.stringify({
        errors: [{ code: 'UNAUTHORIZED', message: `no ${headers.authorization} pass:word` }],
      }),
    }));
    await assert.rejects(open(registry, { login: LOGIN }).getManifest('v1'), (error: Error) => {
      assert.match(error.message, /the login was refused/);
      assert.doesNotMatch(error.message, /pass:word|dXNlcj/);
      assert.equal('code' in error && error.code, 'InvalidCredentials');
      return true;
    });
    assert.equal(registry.requests.length, 2);
  });

  test('and refuses it, without a challenge, gets the one that took its place meanwhile', async () => {
    await using registry = await startScriptedRegistry(({ headers }) => {
      if (headers.authorization === BASIC) return OK;
      return headers.authorization === undefined ? challenge('Basic') : { status: 401 };
    });
    const rejected: (Login | undefined)[] = [];
    const old = { username: 'user', password: 'old' };
    const source = new RemoteRepository({
      registry: 'registry.example',
      repository: 'o/app',
      role: 'source',
      outbound: registry.outbound,
      credentials: {
        find: async (_registry, options) => {
          rejected.push(options?.rejected);
          return options?.rejected === undefined ? old : LOGIN;
        },
      },
    });
    await source.getManifest('v1');
    assert.deepEqual(rejected, [undefined, old]);
    assert.equal(registry.requests.length, 3);
  });

  test('where there is none: the message names SourceCredentials', async () => {
    await using registry = await startScriptedRegistry(basic);
    await assert.rejects(open(registry).getManifest('v1'), {
      code: 'InvalidCredentials',
      message: /registry.example wants a login: name a secret in SourceCredentials/,
    });
  });
});

describe('a registry that asks for a token', () => {
  const REALM = 'https://auth.registry.example/token?x=1';
  const withTokens = (answer: (request: ReceivedRequest, count: number) => ScriptedAnswer, realm = REALM) => {
    let count = 0;
    return (request: ReceivedRequest): ScriptedAnswer => {
      if (request.url.pathname === '/token') {
        count += 1;
        return answer(request, count);
      }
      return /^Bearer t\d+$/.test(request.headers.authorization ?? '') ? OK : bearer(realm);
    };
  };

  test('is asked for one with service and scope, and the login goes to its own realm', async () => {
    await using registry = await startScriptedRegistry(
      withTokens(() => token({ token: 't1', expires_in: 300 })),
    );
    await open(registry, { login: LOGIN }).getManifest('v1');
    assert.deepEqual(sent(registry.requests), [
      'registry.example/v2/o/app/manifests/v1 -',
      `auth.registry.example/token ${BASIC}`,
      'registry.example/v2/o/app/manifests/v1 Bearer t1',
    ]);
    assert.equal(registry.requests[1]?.url.search, '?x=1&service=registry&scope=repository%3Ao%2Fapp%3Apull');
  });

  test('is asked to let a destination be written', async () => {
    await using registry = await startScriptedRegistry(withTokens(() => token({ token: 't1' })));
    await open(registry, { role: 'destination' }).hasBlob({
      mediaType: 'a/b',
      digest: `sha256:${'0'.repeat(64)}`,
      size: 1,
    });
    assert.deepEqual(registry.requests[1]?.url.searchParams.getAll('scope'), ['repository:o/app:pull,push']);
  });

  test('gives one to anybody where there is no login', async () => {
    await using registry = await startScriptedRegistry(withTokens(() => token({ access_token: 't1' })));
    await open(registry).getManifest('v1');
    assert.equal(registry.requests[1]?.headers.authorization, undefined);
  });

  test('on a foreign realm is asked there without the login', async () => {
    const realm = 'https://realm.elsewhere.test/token';
    await using registry = await startScriptedRegistry(withTokens(() => token({ token: 't1' }), realm));
    await open(registry, { login: LOGIN }).getManifest('v1');
    assert.deepEqual(sent(registry.requests)[1], 'realm.elsewhere.test/token -');
  });

  test('is not asked again until the token is about to expire', async () => {
    let now = 1_000_000;
    await using registry = await startScriptedRegistry(
      withTokens((_, count) => token({ token: `t${count}`, expires_in: 300 })),
    );
    const source = open(registry, { now: () => now });
    await source.getManifest('v1');
    now += 280_000;
    await source.getManifest('v2');
    now += 11_000;
    await source.getManifest('v3');
    assert.deepEqual(sent(registry.requests).slice(2), [
      'registry.example/v2/o/app/manifests/v1 Bearer t1',
      'registry.example/v2/o/app/manifests/v2 Bearer t1',
      'auth.registry.example/token -',
      'registry.example/v2/o/app/manifests/v3 Bearer t2',
    ]);
  });

  test('gets a new one, once, where it refuses a kept one', async () => {
    let revoked = '';
    let count = 0;
    await using registry = await startScriptedRegistry(({ url, headers }) => {
      if (url.pathname === '/token') {
        count += 1;
        return token({ token: `t${count}`, expires_in: 3_000 });
      }
      return headers.authorization?.startsWith('Bearer') && headers.authorization !== revoked
        ? OK
        : bearer(REALM);
    });
    const source = open(registry);
    await source.getManifest('v1');
    revoked = 'Bearer t1';
    await source.getManifest('v2');
    assert.deepEqual(sent(registry.requests).slice(3), [
      'registry.example/v2/o/app/manifests/v2 Bearer t1',
      'auth.registry.example/token -',
      'registry.example/v2/o/app/manifests/v2 Bearer t2',
    ]);
  });

  test('and refuses a new one has refused', async () => {
    await using registry = await startScriptedRegistry(({ url }) =>
      url.pathname === '/token' ? token({ token: 't1' }) : bearer(REALM),
    );
    await assert.rejects(open(registry, { login: LOGIN }).getManifest('v1'), { code: 'InvalidCredentials' });
    assert.equal(registry.requests.length, 3);
  });

  test('gives one token to requests that run at the same time', async () => {
    await using registry = await startScriptedRegistry(
      withTokens((_, count) => token({ token: `t${count}` })),
    );
    const source = open(registry);
    await source.getManifest('v0');
    const before = registry.requests.length;
    await Promise.all(['a', 'b', 'c', 'd'].map((tag) => source.getManifest(tag)));
    assert.equal(registry.requests.length, before + 4);
    assert.equal(registry.requests.filter(({ url }) => url.pathname === '/token').length, 1);
  });

  const BROKEN: readonly [what: string, answer: ScriptedAnswer, code: string, why: RegExp][] = [
    [
      'a token server that refuses the login',
      { status: 401 },
      'InvalidCredentials',
      /getting a token from auth/,
    ],
    ['a token server that denies', { status: 403 }, 'AccessDenied', /status 403/],
    ['an answer without a token', token({}), 'GeneralServiceException', /no usable token/],
    [
      'a token that would break a header',
      token({ token: 'a\r\nb' }),
      'GeneralServiceException',
      /no usable token/,
    ],
    [
      'no JSON',
      { status: 200, body: 'secret-token' },
      'GeneralServiceException',
      /is no JSON \(tried 4 times\)/,
    ],
    [
      'an answer over its bound',
      { status: 200, body: JSON.stringify({ token: 'x'.repeat(300 * 1024) }) },
      'GeneralServiceException',
      /more than 262144 bytes/,
    ],
  ];
  for (const [what, answer, code, why] of BROKEN) {
    test(`ends in one clear error for ${what}`, async () => {
      await using registry = await startScriptedRegistry(withTokens(() => answer));
      await assert.rejects(open(registry, { login: LOGIN }).getManifest('v1'), (error: Error) => {
        assert.match(error.message, why);
        assert.doesNotMatch(error.message, /secret-token|pass:word/);
        assert.equal('code' in error && error.code, code);
        return true;
      });
    });
  }

  test('repeats a token request that failed for a moment', async () => {
    await using registry = await startScriptedRegistry(
      withTokens((_, count) => (count < 3 ? { status: 503 } : token({ token: 't1' }))),
    );
    await open(registry).getManifest('v1');
  });

  for (const realm of ['', 'token', '/token', 'https://user:pw@auth.registry.example/token']) {
    test(`is refused with the realm "${realm}"`, async () => {
      await using registry = await startScriptedRegistry(() => bearer(realm));
      await assert.rejects(open(registry).getManifest('v1'), { message: /as its realm, which is no URL/ });
    });
  }

  test('is refused where its realm is not reached over HTTPS, or is inside', async () => {
    for (const realm of [
      'http://unmapped.test/token',
      'https://169.254.169.254/latest',
      'https://127.0.0.1/t',
    ]) {
      await using registry = await startScriptedRegistry(() => bearer(realm));
      await assert.rejects(open(registry, { login: LOGIN }).getManifest('v1'), { code: 'InvalidRequest' });
    }
  });
});

test('Docker Hub is asked at its own host, with its own realm', async () => {
  await using registry = await startScriptedRegistry(({ url, headers }) => {
    if (url.pathname === '/token') return token({ token: 't1' });
    return headers.authorization === 'Bearer t1' ? OK : bearer('https://auth.docker.io/token');
  });
  await open(registry, { login: LOGIN, registry: 'docker.io' }).getManifest('v1');
  assert.deepEqual(sent(registry.requests), [
    'registry-1.docker.io/v2/o/app/manifests/v1 -',
    `auth.docker.io/token ${BASIC}`,
    'registry-1.docker.io/v2/o/app/manifests/v1 Bearer t1',
  ]);
});
