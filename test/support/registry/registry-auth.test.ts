import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildImage } from '../images/image.ts';
import { storeImage } from '../images/push-image.ts';
import { type InMemoryRegistry, startInMemoryRegistry } from './in-memory-registry.ts';
import { type RawAnswer, rawRequest, refusalCode } from './raw-request.ts';

const LOGIN = { username: 'u', password: 'p:w' };
const IMAGE = buildImage({ layers: [100] });

function basic({ username, password } = LOGIN): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function read({ origin }: InMemoryRegistry, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const accept = IMAGE.root.mediaType;
  return await rawRequest('GET', `${origin}/v2/app/manifests/v1`, { headers: { accept, ...headers } });
}

async function startPush(
  { origin }: InMemoryRegistry,
  headers: Record<string, string>,
  query = '',
): Promise<RawAnswer> {
  return await rawRequest('POST', `${origin}/v2/app/blobs/uploads/${query}`, { headers });
}

async function getToken(
  registry: InMemoryRegistry,
  scope: string,
  headers: Record<string, string> = {},
): Promise<Record<string, string>> {
  const url = new URL(registry.realm.url);
  url.searchParams.set('service', registry.realm.service);
  url.searchParams.set('scope', scope);
  const { status, body } = await rawRequest('GET', url, { headers });
  assert.equal(status, 200);
  return { authorization: `Bearer ${JSON.parse(body.toString()).token}` };
}

describe('without a login', () => {
  test('one that is sent all the same is noted', async () => {
    await using registry = await startInMemoryRegistry();
    await rawRequest('GET', `${registry.origin}/v2/`, { headers: basic() });
    assert.deepEqual(registry.violations, ['GET /v2/ at the registry carries a login that nobody asked for']);
  });
});

describe('basic', () => {
  test('takes the one login, and challenges every other', async () => {
    await using registry = await startInMemoryRegistry({ auth: { kind: 'basic', ...LOGIN } });
    storeImage(registry.store, 'app', IMAGE, 'v1');
    for (const headers of [{}, basic({ username: 'u', password: 'wrong' }), { authorization: 'Bearer x' }]) {
      const refused = await read(registry, headers);
      assert.equal(refused.status, 401);
      assert.match(refused.headers['www-authenticate'] ?? '', /^Basic realm=/);
      assert.equal(refusalCode(refused), 'UNAUTHORIZED');
    }
    assert.equal((await read(registry, basic())).status, 200);
    assert.deepEqual(
      registry.requests.map(({ authorization }) => authorization),
      ['none', 'basic', 'bearer', 'basic'],
    );
  });
});

describe('bearer', () => {
  async function start(options: { anonymousPull?: boolean; now?: () => number } = {}) {
    const { anonymousPull = false, now = Date.now } = options;
    const registry = await startInMemoryRegistry({
      auth: { kind: 'bearer', login: LOGIN, anonymousPull },
      now,
    });
    storeImage(registry.store, 'app', IMAGE, 'v1');
    return registry;
  }

  test('names its realm, its service and what a request needs', async () => {
    await using registry = await start();
    const challenge = (answer: RawAnswer) => answer.headers['www-authenticate'];
    const start_ = `Bearer realm="${registry.origins.realm}/token",service="registry.example"`;
    assert.equal(challenge(await read(registry)), `${start_},scope="repository:app:pull"`);
    assert.equal(challenge(await startPush(registry, {})), `${start_},scope="repository:app:pull,push"`);
    assert.equal(
      challenge(await startPush(registry, {}, `?mount=${IMAGE.root.digest}&from=base`)),
      `${start_},scope="repository:app:pull,push repository:base:pull"`,
    );
  });

  test('takes a token for what it was given out for', async () => {
    await using registry = await start();
    const pull = await getToken(registry, 'repository:app:pull', basic());
    assert.equal((await read(registry, pull)).status, 200);
    const refused = await startPush(registry, pull);
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'] ?? '', /error="insufficient_scope"/);
    const push = await getToken(registry, 'repository:app:pull,push', basic());
    assert.equal((await startPush(registry, push)).status, 202);
    const other = await getToken(registry, 'repository:other:pull', basic());
    assert.equal((await read(registry, other)).status, 401);
  });

  test('takes a token until it expires', async () => {
    let now = Date.now();
    await using registry = await start({ now: () => now });
    const token = await getToken(registry, 'repository:app:pull', basic());
    now += 301_000;
    const refused = await read(registry, token);
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'] ?? '', /error="invalid_token"/);
  });

  test('gives anybody a token to pull, where it may, and none to push', async () => {
    await using registry = await start({ anonymousPull: true });
    const token = await getToken(registry, 'repository:app:pull,push');
    assert.equal((await read(registry, token)).status, 200);
    assert.equal((await startPush(registry, token)).status, 401);
    await using closed = await start();
    assert.equal((await read(closed, await getToken(closed, 'repository:app:pull'))).status, 401);
  });

  test('gives no token for a wrong login', async () => {
    await using registry = await start({ anonymousPull: true });
    const url = `${registry.realm.url}?service=registry.example&scope=repository:app:pull`;
    assert.equal(
      (await rawRequest('GET', url, { headers: basic({ username: 'u', password: 'p' }) })).status,
      401,
    );
    assert.deepEqual(registry.violations, []);
  });

  test('has a realm that notes what is no request for a token of this registry', async () => {
    await using registry = await start();
    const { url } = registry.realm;
    for (const [query, status] of [
      ['?service=other', 400],
      ['?service=registry.example&scope=app:pull', 200],
      ['?service=registry.example&colour=red', 200],
    ] as const) {
      assert.equal((await rawRequest('GET', url + query)).status, status);
    }
    assert.equal((await rawRequest('POST', url)).status, 405);
    assert.deepEqual(
      registry.violations.map((text) => text.replace(/^.* at the realm /, '')),
      [
        'names another service than the challenge',
        'asks for the scope "app:pull"',
        'has the unknown parameter colour',
        'is no request for a token',
      ],
    );
  });
});

describe('ecr', () => {
  test('takes the tokens of its API, and refuses one that is over without a challenge', async () => {
    await using registry = await startInMemoryRegistry({ ecr: true });
    storeImage(registry.store, 'app', IMAGE, 'v1');
    const bare = await read(registry);
    assert.equal(bare.status, 401);
    assert.match(bare.headers['www-authenticate'] ?? '', /^Basic realm=.*,service="ecr.amazonaws.com"$/);

    const { password } = registry.ecrTokens.issue();
    assert.equal((await read(registry, basic({ username: 'AWS', password }))).status, 200);
    assert.equal((await read(registry, basic({ username: 'root', password }))).status, 403);
    registry.ecrTokens.expireAll();
    const expired = await read(registry, basic({ username: 'AWS', password }));
    assert.equal(expired.status, 403);
    assert.equal(expired.headers['www-authenticate'], undefined);
    assert.match(expired.body.toString(), /DENIED.*authorization token has expired/);
  });
});
