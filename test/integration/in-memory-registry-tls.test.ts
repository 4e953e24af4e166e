import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { test } from 'node:test';
import { startInMemoryRegistry } from '../support/registry/in-memory-registry.ts';
import { makeTlsCertificate } from '../support/registry/tls-certificate.ts';
import { witness } from '../support/witness.ts';

test('the registry in memory speaks TLS on all of its ports', witness('openssl'), async () => {
  await using certificate = await makeTlsCertificate();
  await using registry = await startInMemoryRegistry({ tls: certificate });
  for (const origin of Object.values(registry.origins)) {
    assert.match(origin, /^https:/);
    const sent = request(`${origin}/v2/`, { ca: certificate.cert, agent: false });
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    assert.equal(response.headers['docker-distribution-api-version'], 'registry/2.0');
  }
});
