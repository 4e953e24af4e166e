import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { outboundRulesOf } from '../../../handlers/network/outbound-rules.ts';
import { testEnvironment } from '../../support/provider/provider.ts';

describe('an outgoing request', () => {
  let server: Server;
  let origin: string;
  const seen: IncomingMessage[] = [];
  before(async () => {
    server = createServer((request, response) => {
      seen.push(request);
      response.end('there');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const REFUSED: readonly [url: string, message: RegExp][] = [
    ['http://registry.example/v2/', /not reached over HTTPS/],
    ['https://127.0.0.1/v2/', /127\.0\.0\.1 leads to 127\.0\.0\.1, which is no public address/],
    ['https://[::1]/v2/', /leads to ::1/],
    ['https://2130706433/', /leads to 127\.0\.0\.1/],
    ['https://0x7f.1/', /leads to 127\.0\.0\.1/],
    ['https://169.254.169.254/latest/meta-data/', /leads to 169\.254\.169\.254/],
    ['https://10.1.2.3/', /leads to 10\.1\.2\.3/],
    ['https://localhost/v2/?token=secret', /localhost leads to (127\.0\.0\.1|::1)/],
  ];
  for (const [url, message] of REFUSED) {
    test(`to ${url} is refused`, async () => {
      const outbound = new Outbound();
      await assert.rejects(outbound.request(new URL(url), { method: 'GET' }), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret/);
        return 'code' in error && error.code === 'InvalidRequest';
      });
      await outbound.close();
    });
  }

  test('goes to a mapped host over plain HTTP, and still names the real one', async () => {
    const real = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
    const outbound = new Outbound({ redirectedHosts: new Map([[real, new URL(`${origin}/base/`)]]) });
    const response = await outbound.request(new URL(`https://${real}/v2/?a=1`), { method: 'GET' });
    assert.equal(await response.body.text(), 'there');
    assert.equal(seen.at(-1)?.headers.host, real);
    assert.equal(seen.at(-1)?.url, '/base/v2/?a=1');
    await outbound.close();
  });

  test('reaches the endpoint override, and nothing else on that machine', async () => {
    const outbound = new Outbound(outboundRulesOf(testEnvironment(origin)));
    const response = await outbound.request(new URL(`${origin}/key`), { method: 'GET' });
    assert.equal(response.statusCode, 200);
    await response.body.dump();
    await assert.rejects(
      outbound.request(new URL('http://127.0.0.1:1/key'), { method: 'GET' }),
      /not reached over HTTPS/,
    );
    await outbound.close();
  });
});
