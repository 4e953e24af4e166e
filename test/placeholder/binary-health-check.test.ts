import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createSilentServer, type Server } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { Placeholder, runnable } from '../support/placeholder/binary.ts';

const platform = 'linux/amd64';
const MESSAGE = 'This is a placeholder. The application has not been released yet.';

describe('the placeholder as sh, curl and wget of a health check', runnable(platform), () => {
  const start = (
    context: TestContext,
    name: string,
    port: number,
    args: readonly string[] = [],
  ): Placeholder => {
    const placeholder = new Placeholder({ platform, environment: { PORT: String(port) }, name, args });
    context.after(() => placeholder.stop());
    return placeholder;
  };

  const calls: readonly (readonly [name: string, ...args: string[]])[] = [
    ['/bin/sh', '-c', 'curl -f http://localhost/ || exit 1'],
    ['sh', '-c', 'wget -q --spider http://127.0.0.1:8080/health'],
    ['-sh'],
    ['/usr/bin/curl', '-f', 'http://localhost:3000/'],
    ['curl', '--fail', '--silent', 'http://localhost/health'],
    ['/usr/bin/wget', '-q', '--spider', 'http://localhost/'],
  ];
  for (const [name, ...args] of calls) {
    test(`${name} ${args.join(' ')} succeeds while the server answers`, async (context) => {
      const port = await start(context, '/placeholder', 0).port();
      const check = start(context, name, port, args);
      assert.equal(await check.ended, 0);
      assert.deepEqual(check.lines, [MESSAGE]);
    });
  }

  for (const name of ['curl', 'wget']) {
    test(`${name} fails where nobody, somebody silent or another server is there`, async (context) => {
      const silent = await listen(
        context,
        createSilentServer((socket) => socket.resume()),
      );
      const other = await listen(
        context,
        createServer((_, response) => response.end(MESSAGE)),
      );
      const nobody = await listen(context, createSilentServer(), true);
      for (const port of [nobody, silent, other]) {
        const check = start(context, name, port);
        assert.equal(await check.ended, 1);
        assert.deepEqual(check.lines, ['placeholder: the server does not answer']);
      }
    });
  }

  test('sh beside no server that may be the container’s own program serves', async (context) => {
    const shell = start(context, 'sh', 0, ['-c', 'node server.js']);
    const response = await fetch(`http://127.0.0.1:${await shell.port()}/`);
    assert.equal(await response.text(), `${MESSAGE}\n`);
  });
});

/** @param isOver The port is free again. */
async function listen(context: TestContext, server: Server, isOver = false): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  if (isOver) await close();
  else context.after(close);
  return typeof address === 'object' && address !== null ? address.port : 0;
}
