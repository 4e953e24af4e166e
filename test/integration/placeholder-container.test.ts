import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { Placeholder } from '../support/placeholder/binary.ts';
import { Container, containers } from '../support/placeholder/container.ts';

const MESSAGE = 'This is a placeholder. The application has not been released yet.\n';

describe('the placeholder in a container', containers(), () => {
  const start = (context: TestContext, command: string): Container => {
    const container = new Container(command);
    context.after(() => container.stop());
    return container;
  };
  const assertHealthy = (container: Container): void => {
    const checks: readonly (readonly [string, ...string[]])[] = [
      ['sh', '-c', 'curl -f http://localhost/ || exit 1'],
      ['curl', '-f', 'http://localhost/'],
      ['wget', '-q', '--spider', 'http://localhost:8080/'],
    ];
    for (const [name, ...args] of checks) {
      assert.deepEqual(container.run(container.name(name), ...args), { code: 0, stdout: MESSAGE }, name);
    }
  };

  test('listens on 8080 and 80, over IPv4 and IPv6; health checks pass; SIGTERM ends it as process 1', async (context) => {
    const container = start(context, 'exec $names/placeholder');
    await container.outputs(/listening on port 80\n/);
    assert.match(container.output, /listening on port 8080\n/);
    for (const host of ['127.0.0.1', '127.0.0.1:8080', '[::1]', '[::1]:8080']) {
      assert.equal(container.get(`http://${host}/`), MESSAGE, host);
    }
    assertHealthy(container);
    await container.terminate();
  });

  test('a command of "sh -c" is the container’s program, and serves', async (context) => {
    const container = start(context, 'exec $names/sh -c "node server.js"');
    await container.outputs(/listening on port 80\n/);
    assertHealthy(container);
    await container.terminate();
  });

  test('so it is below an init', async (context) => {
    const container = start(context, '$names/sh -c "node server.js" & wait');
    await container.outputs(/listening on port 80\n/);
    assertHealthy(container);
  });

  test('where no server is, no check passes', (context) => {
    const container = start(context, 'exec 2>&-; while true; do busybox sleep 1; done');
    for (const name of ['sh', 'curl', 'wget']) {
      assert.deepEqual(container.run(container.name(name), '-c', 'exit 0'), { code: 1, stdout: '' }, name);
    }
  });

  test('where it may not bind 80, it leaves that out', async (context) => {
    const without = '/usr/bin/setpriv --bounding-set -net_bind_service --inh-caps -net_bind_service';
    const container = start(context, `exec ${without} $names/placeholder`);
    await container.outputs(/listening on port 8080\n/);
    assert.equal(container.get('http://127.0.0.1:8080/'), MESSAGE);
    assert.doesNotMatch(container.output, /port 80\n/);
    assert.equal(container.run(container.name('curl')).code, 0);
  });

  test('root without a say over users stays root, and says so', async (context) => {
    const container = start(context, 'exec $names/placeholder');
    await container.outputs(/may not become an unprivileged user here/);
  });

  test(
    'root becomes user and group 65532, with no other groups',
    process.getuid?.() === 0 ? {} : { skip: 'takes root' },
    async (context) => {
      const platform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
      const placeholder = new Placeholder({ platform, environment: { PORT: '0' } });
      context.after(() => placeholder.stop());
      await fetch(`http://127.0.0.1:${await placeholder.port()}/`);
      const status = readFileSync(`/proc/${placeholder.pid}/status`, 'utf8');
      assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
      assert.match(status, /^Gid:\t65532\t65532\t65532\t65532$/m);
      assert.match(status, /^Groups:\s*$/m);
      assert.match(status, /^CapEff:\t0+$/m);
    },
  );
});
