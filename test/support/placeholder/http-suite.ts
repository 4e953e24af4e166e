import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MEMORY_LIMIT_KIB, Placeholder, type PlaceholderPlatform, runnable } from './binary.ts';
import { ask, HttpConnection } from './http-connection.ts';

const MESSAGE =
  'This is a placeholder for repository orders, tag initial. The application has not been released yet.';
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const LAST = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** What the server of each platform's binary does. */
export function httpSuite(platform: PlaceholderPlatform): void {
  describe(`the placeholder's server on ${platform}`, runnable(platform), () => {
    let placeholder: Placeholder;
    let port = 0;
    before(async () => {
      placeholder = new Placeholder({
        platform,
        environment: { PORT: '0', DEPLOYTIME_REPOSITORY: 'orders', DEPLOYTIME_TAG: 'initial' },
      });
      port = await placeholder.port();
    });
    after(async () => {
      const peak = placeholder.peakMemoryKib();
      await placeholder.stop();
      assert.ok(peak === undefined || peak < MEMORY_LIMIT_KIB, `it has used ${peak} KiB`);
    });

    for (const request of ['GET /', 'POST /a/b?c=d', 'DELETE /%00', 'OPTIONS *', 'BREW /pot']) {
      test(`${request} is answered by 200 and the message`, async () => {
        const answer = await ask(port, `${request} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
        assert.match(answer, /\r\nServer: deploytime-placeholder\r\n/);
        assert.match(answer, /\r\nConnection: close\r\n/);
        assert.equal(answer.split('\r\n\r\n')[1], `${MESSAGE}\n`);
      });
    }

    test('fetch gets the message as JSON where it asks for it', async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'application/json' } });
      assert.equal(response.headers.get('content-type'), 'application/json');
      assert.deepEqual(await response.json(), {
        placeholder: true,
        message: MESSAGE,
        repository: 'orders',
        tag: 'initial',
      });
    });

    test('HEAD has the head of a GET and no body', async () => {
      const connection = await HttpConnection.open(port);
      connection.send(`HEAD / HTTP/1.1\r\n\r\n${LAST}`);
      const [head, get] = (await connection.ended()).split(/(?=HTTP\/1\.1 )/);
      connection.close();
      assert.ok(head?.includes(`Content-Length: ${MESSAGE.length + 1}\r\n`) && head.endsWith('\r\n\r\n'));
      assert.match(get ?? '', /released yet\.\n$/);
    });

    test('a connection is kept, and HTTP/1.0 closes unless it asks', async () => {
      const connection = await HttpConnection.open(port);
      for (let i = 1; i <= 3; i += 1) {
        connection.send(GET);
        assert.equal((await connection.answers(i)).length, i);
      }
      connection.send('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
      await connection.answers(4);
      connection.send('GET / HTTP/1.0\r\n\r\n');
      assert.match(await connection.ended(), /Connection: close[\s\S]*$/);
      connection.close();
    });

    test('2000 pipelined requests are answered in order, also to a client that reads none of them at first', async () => {
      const connection = await HttpConnection.open(port);
      connection.send(`${GET}HEAD / HTTP/1.1\r\n\r\n`.repeat(1000) + LAST);
      const answers = (await connection.ended()).match(/HTTP\/1\.1 200 OK/g);
      connection.close();
      assert.equal(answers?.length, 2001);
    });

    test('a body of 1 MiB is read and dropped, with a length or in chunks', async () => {
      const connection = await HttpConnection.open(port);
      const body = Buffer.alloc(1024 * 1024, 'GET / HTTP/1.1\r\n\r\n');
      connection.send(`POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`);
      await connection.sendAll(body);
      connection.send('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n');
      for (let at = 0; at < body.length; at += 10_000) {
        const chunk = body.subarray(at, at + 10_000);
        await connection.sendAll(
          Buffer.concat([Buffer.from(`${chunk.length.toString(16)};x=y\r\n`), chunk, Buffer.from('\r\n')]),
        );
      }
      connection.send(`0\r\nTrailer: x\r\n\r\n${LAST}`);
      const received = await connection.ended();
      connection.close();
      assert.equal(received.match(/HTTP\/1\.1 200 OK/g)?.length, 3);
    });

    test('whoever expects 100 Continue gets it before the answer', async () => {
      const connection = await HttpConnection.open(port);
      connection.send('PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
      assert.match((await connection.answers(1))[0] ?? '', /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
      connection.send('abc');
      assert.match((await connection.answers(2))[1] ?? '', /^HTTP\/1\.1 200 OK/);
      connection.close();
    });

    const garbage: Readonly<Record<string, string | Buffer>> = {
      'a TLS handshake': Buffer.from('16030100a5010000a10303', 'hex'),
      'HTTP/2 by prior knowledge': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'HTTP/0.9': 'GET /\r\n',
      'a field without a colon': 'GET / HTTP/1.1\r\nHost\r\n\r\n',
      'a folded field': 'GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n',
      'two lengths': 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'a length beside chunks': 'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'an unknown encoding': 'POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
      'a chunk without a size': 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
      'a length over 64 bits': `POST / HTTP/1.1\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\n`,
      'noise of 1 MiB': Buffer.alloc(1024 * 1024, 0xff),
    };
    for (const [name, bytes] of Object.entries(garbage)) {
      test(`${name} is answered by 400, and the connection ends`, async () => {
        assert.match(
          await ask(port, bytes),
          /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*Connection: close\r\n\r\n$/,
        );
      });
    }

    test('a head over 64 KiB is answered by 431; one of 60 KiB is fine', async () => {
      const field = `Cookie: ${'c'.repeat(1000)}\r\n`;
      assert.match(await ask(port, `GET / HTTP/1.1\r\n${field.repeat(70)}\r\n`), /^HTTP\/1\.1 431 /);
      const fine = `GET / HTTP/1.1\r\n${field.repeat(60)}Connection: close\r\n\r\n`;
      assert.match(await ask(port, fine), /^HTTP\/1\.1 200 OK/);
    });

    test('64 clients at once, each with 50 requests, are all answered', async () => {
      const counts = await Promise.all(
        Array.from({ length: 64 }, async () => {
          const connection = await HttpConnection.open(port);
          for (let i = 1; i <= 50; i += 1) {
            connection.send(GET);
            await connection.answers(i);
          }
          connection.close();
          return 50;
        }),
      );
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        3200,
      );
    });

    test('700 clients that send half a head, or nothing, keep nobody else out', async () => {
      const silent = await Promise.all(Array.from({ length: 700 }, () => HttpConnection.open(port)));
      for (const [index, connection] of silent.entries()) {
        if (index % 2 === 0) connection.send('GET / HTTP/1.1\r\nX-Slow: ');
      }
      assert.match(await ask(port, LAST), /^HTTP\/1\.1 200 OK/);
      // The table holds 512; the oldest had to go, the newest may stay.
      assert.ok(silent.filter(({ isOpen }) => isOpen).length <= 512);
      silent.at(-1)?.send(LAST);
      assert.match((await silent.at(-1)?.answers(1))?.[0] ?? '', /^HTTP\/1\.1 200 OK/);
      for (const connection of silent) connection.close();
    });

    test('a head that trickles in is given up after ten seconds', async () => {
      const connection = await HttpConnection.open(port);
      const started = performance.now();
      const trickle = setInterval(() => connection.send('X: y\r\n'), 200);
      connection.send('GET / HTTP/1.1\r\n');
      await connection.ended();
      clearInterval(trickle);
      connection.close();
      assert.ok(performance.now() - started > 9_000);
    });

    test('while nobody asks, it computes nothing', async () => {
      const idle = await HttpConnection.open(port);
      const before = placeholder.computedTicks();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      assert.ok(placeholder.computedTicks() - before <= 2);
      idle.close();
    });
  });

  describe(`how the placeholder's server ends and listens on ${platform}`, runnable(platform), () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      test(`${signal} ends it at once, in the middle of requests`, async () => {
        const placeholder = new Placeholder({ platform, environment: { PORT: '0' } });
        const connection = await HttpConnection.open(await placeholder.port());
        connection.send('GET / HTTP/1.1\r\n');
        placeholder.signal(signal);
        assert.equal(await placeholder.ended, 0);
        connection.close();
      });
    }

    test("where nothing is known, the message is general; what others wrote can't break out of it", async (context) => {
      const general = new Placeholder({ platform, environment: { PORT: '0' } });
      context.after(() => general.stop());
      const answer = await ask(await general.port(), LAST);
      assert.match(answer, /\r\n\r\nThis is a placeholder\. The application has not been released yet\.\n$/);

      const odd = new Placeholder({
        platform,
        environment: {
          PORT: '0',
          DEPLOYTIME_REPOSITORY: `"}\r\n\\${'r'.repeat(2000)}`,
          DEPLOYTIME_TAG: 'ü'.repeat(500),
          AWS_LAMBDA_FUNCTION_NAME: '"'.repeat(5000),
        },
      });
      context.after(() => odd.stop());
      const response = await fetch(`http://127.0.0.1:${await odd.port()}/`, {
        headers: { accept: 'text/html, application/json;q=0.9' },
      });
      const object = (await response.json()) as Record<string, string>;
      assert.match(object.repository ?? '', /^\?\}\?\?\?r{379}$/);
      assert.match(object.tag ?? '', /^\?{384}$/);
    });

    test('a port that is taken is waited for', async (context) => {
      const first = new Placeholder({ platform, environment: { PORT: '0' } });
      const port = await first.port();
      const second = new Placeholder({ platform, environment: { PORT: String(port) } });
      context.after(() => second.stop());
      await second.line(/every port is taken; waiting for one/);
      await first.stop();
      assert.equal(await second.port(), port);
      assert.match(await ask(port, LAST), /^HTTP\/1\.1 200 OK/);
    });
  });
}
