import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { describe, test } from 'node:test';
import { startDockerRegistry } from '../support/registry/docker-registry.ts';
import { startFaultProxy } from '../support/registry/fault-proxy.ts';
import { makeTlsCertificate } from '../support/registry/tls-certificate.ts';
import { witness } from '../support/witness.ts';

const LOGIN = { username: 'somebody', password: 'secret' };

describe('docker-registry as tests start it', witness('docker-registry'), () => {
  test('serves everybody, in a process that stop() ends', async () => {
    const registry = await startDockerRegistry();
    assert.equal(await statusOf(`${registry.origin}/v2/`), 200);
    await registry.stop();
    assert.throws(() => process.kill(registry.pid, 0), { code: 'ESRCH' });
    await assert.rejects(statusOf(`${registry.origin}/v2/`), { code: 'ECONNREFUSED' });
  });

  test('asks for the login it was given', witness('htpasswd'), async () => {
    await using registry = await startDockerRegistry({ login: LOGIN });
    const url = `${registry.origin}/v2/`;
    assert.equal(await statusOf(url), 401);
    assert.equal(await statusOf(url, { auth: 'somebody:wrong' }), 401);
    assert.equal(await statusOf(url, { auth: `${LOGIN.username}:${LOGIN.password}` }), 200);
  });

  test('speaks TLS, and so does the proxy in front of it', witness('openssl'), async () => {
    await using certificate = await makeTlsCertificate();
    await using registry = await startDockerRegistry({ tls: certificate });
    await using proxy = await startFaultProxy({
      upstream: registry.origin,
      upstreamCa: certificate.cert,
      tls: certificate,
    });
    const { cert: ca } = certificate;
    assert.equal(await statusOf(`${registry.origin}/v2/`, { ca }), 200);
    assert.match(registry.origin, /^https:/);
    await assert.rejects(statusOf(`${registry.origin}/v2/`), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

    const begun = await send(`${proxy.origin}/v2/some/image/blobs/uploads/`, { ca, method: 'POST' });
    assert.equal(begun.statusCode, 202);
    assert.ok(begun.headers.location?.startsWith(`${proxy.origin}/v2/some/image/blobs/uploads/`));
    proxy.fail(2, { kind: 'reset before request' });
    await assert.rejects(statusOf(`${proxy.origin}/v2/`, { ca }), { code: 'ECONNRESET' });
    proxy.fail(3, { kind: 'reset after request' });
    await assert.rejects(statusOf(`${proxy.origin}/v2/`, { ca }), { code: 'ECONNRESET' });
    assert.deepEqual(
      proxy.requests.map(({ status, fault }) => [status, fault]),
      [
        [202, undefined],
        [undefined, 'reset before request'],
        [200, 'reset after request'],
      ],
    );
  });

  test('leaves no certificate behind', witness('openssl'), async () => {
    const { certFile, certDir, remove } = await makeTlsCertificate('registry.example');
    assert.ok(existsSync(certFile) && existsSync(certDir));
    await remove();
    assert.ok(!existsSync(certFile) && !existsSync(certDir));
  });
});

async function statusOf(url: string, options: { auth?: string; ca?: string } = {}): Promise<number> {
  return (await send(url, options)).statusCode ?? 0;
}

function send(
  url: string,
  options: { auth?: string; ca?: string; method?: string },
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer));
    });
    sent.once('error', reject);
    sent.end();
  });
}
