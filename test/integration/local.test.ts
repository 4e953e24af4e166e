import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { canSeeProcesses, openLocalPlace } from '../support/local/local-run.ts';
import { witness } from '../support/witness.ts';

const NOTHING = { files: [], processes: [] };
/** Its own, and those of its runs. */
const SCALING_ROWS = 7;
const DIGEST = /sha256:[0-9a-f]{64}/g;
const options = {
  ...witness('ministack', 'skopeo', 'umoci'),
  ...(!canSeeProcesses && { skip: 'processes can only be found on Linux' }),
};

describe('npm run local', options, () => {
  test('tells its stories, has the digests confirmed, and leaves nothing behind', async () => {
    await using place = await openLocalPlace();
    const { exitCode, stdout, stderr } = await place.run([]);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.equal(stderr, '');
    const rows = rowsOf(stdout);
    assert.deepEqual(
      rows.map(({ name, request, occasion }) => [name, request, occasion]),
      [
        ['EcrImage', 'Create', 'no Source: the placeholder'],
        ['EcrImage', 'Update', 'Source is release 1'],
        ['EcrImage', 'Delete', 'the stack goes'],
        ['EcrImage', 'Create', 'no release yet'],
        ['ImageTag', 'Create', 'no release yet'],
        ['ImageTag', 'Update', '2 is released'],
        ['ImageTag', 'Update', '2 is another image'],
        ['ImageTag', 'Update', 'nothing new'],
        ...['the layer is new', 'it is built again', 'one byte is changed'].flatMap((occasion) => {
          const request = occasion === 'the layer is new' ? 'Create' : 'Update';
          return [
            ['LayerFingerprint', request, occasion],
            ['LayerFingerprint', request, occasion],
          ];
        }),
        ['ScheduledScaling', 'Create', 'each night, and once now'],
        ['deploytime-scaling-run', 'start', 'by its schedule'],
        ['deploytime-scaling-run', 'start', 'by hand, dry run'],
        ['deploytime-scaling-run', 'start', 'by hand'],
        ['deploytime-scaling-run', 'end', 'by hand; extra-batch is open'],
        ['deploytime-scaling-run', 'end', 'by hand'],
        ['ScheduledScaling', 'Delete', 'the stack goes'],
      ],
    );
    const texts = rows.map(({ text }) => text);
    const [created, updated, deleted, seeded, ...told] = texts.slice(0, -SCALING_ROWS);
    for (const [row, origin] of [
      [created, 'placeholder'],
      [updated, 'source'],
      [seeded, 'placeholder'],
    ]) {
      const confirmed = `Origin ${origin}.*sha256:[0-9a-f]{64}.*confirmed by skopeo inspect\n`;
      assert.match(row ?? '', new RegExp(confirmed, 's'));
    }
    if (process.arch === 'x64') {
      assert.match(created ?? '', /the stack's function proves the reference alone/);
      assert.match(created ?? '', /under the Runtime API: 503\n.*over HTTP: 200\n/s);
    }
    assert.match(deleted ?? '', /confirmed by skopeo inspect: the image is gone/);
    assert.deepEqual(
      told.map((row) => /function: .*/.exec(row)?.[0]),
      [
        'function: made with this image',
        'function: moved to this image',
        'function: moved to this image',
        'function: stayed',
        ...Array(2).fill('function: made with version 1'),
        ...Array(2).fill('function: stayed'),
        ...Array(2).fill('function: moved to version 3'),
      ],
    );
    // Of the releases: what was put there, 2, 2 again, and the same once more.
    const [seed, first, second, third] = told.map((row) => row.match(DIGEST)?.[0]);
    assert.equal(new Set([seed, first, second]).size, 3);
    assert.equal(third, second);
    const fingerprints = told.slice(4).map((row) => /\b[0-9a-f]{64}\b/.exec(row)?.[0]);
    assert.equal(new Set(fingerprints.slice(0, 4)).size, 1);
    assert.equal(new Set(fingerprints).size, 2);
    const [, ...runs] = texts.slice(-SCALING_ROWS, -1);
    assert.deepEqual(
      runs.map((row) => /now (.*; \d+ tasks?)/.exec(row)?.[1]),
      [
        '2 × db.r5.xlarge; 2 tasks',
        '2 × db.r5.xlarge; 2 tasks',
        '3 × db.r5.xlarge; 4 tasks',
        '2 × db.r5.xlarge; 2 tasks',
        '2 × db.r5.large; 1 task',
      ],
    );
    assert.match(texts.at(-1) ?? '', /its schedule group is gone.*the plan, removed/s);
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('with --keep leaves an account in which the example is what it said, until --stop', async () => {
    await using place = await openLocalPlace();
    const { exitCode, stdout, stderr } = await place.run(['--keep', '--only', 'images']);
    assert.equal(exitCode, 0, stdout + stderr);
    const endpoint = /export AWS_ENDPOINT_URL=(\S+)/.exec(stdout)?.[1] ?? '';

    const client = clientFor(endpoint);
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'deploytime-example' }));
    client.destroy();
    const outputs = new Map(
      Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );
    const digest = outputs.get('Digest');
    assert.equal(stdout.match(DIGEST)?.at(-1), digest);
    assert.equal(outputs.get('ImageUri'), `${outputs.get('RepositoryUri')}@${digest}`);
    const repository = outputs.get('TaggedImageUri')?.replace(/^[^/]+/, new URL(endpoint).host);
    const inspected = await promisify(execFile)('skopeo', [
      'inspect',
      '--tls-verify=false',
      '--format={{.Digest}} {{.Architecture}} {{len .Layers}}',
      `docker://${repository}`,
    ]);
    assert.equal(inspected.stdout.trim(), `${digest} amd64 2`);

    const stopped = await place.run(['--stop']);
    assert.equal(stopped.stdout, `stopped ${endpoint}\n`);
    assert.deepEqual(await place.leftovers(), NOTHING);
    assert.equal((await place.run(['--stop'])).stdout, 'no account was left running\n');
  });

  test('that is interrupted ends at once and leaves nothing behind', async () => {
    await using place = await openLocalPlace();
    let isInterrupted = false;
    const { exitCode, stderr } = await place.run([], {
      onOutput: (stdout, child) => {
        // MiniStack runs by now, and the CDK CLI is at work.
        if (isInterrupted || !stdout.includes('cdk bootstrap')) return;
        isInterrupted = true;
        child.kill('SIGINT');
      },
    });
    assert.equal(exitCode, 130);
    assert.match(stderr, /interrupted: everything was stopped and removed/);
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('that is killed leaves an account, which --stop finds', async () => {
    await using place = await openLocalPlace();
    const { exitCode, stdout } = await place.run([], {
      onOutput: (output, child) => output.includes('start MiniStack') && child.kill('SIGKILL'),
    });
    assert.equal(exitCode, null);
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0] ?? '';
    assert.equal((await place.run(['--stop'])).stdout, `stopped ${endpoint}\n`);
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('whose reader goes away ends, and leaves nothing behind', async () => {
    await using place = await openLocalPlace();
    const { exitCode } = await place.run([], { onOutput: (_, child) => child.closeOutput() });
    assert.equal(exitCode, 141);
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('says in one sentence that its port is in use', async () => {
    await using place = await openLocalPlace();
    await using other = await openLocalPlace();
    let port = '';
    let refused: Promise<void> | undefined;
    await other.run([], {
      onOutput: (stdout, child) => {
        port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1] ?? '';
        if (port === '' || refused !== undefined) return;
        refused = place.run(['--port', port]).then(({ exitCode, stderr }) => {
          child.kill('SIGTERM');
          assert.equal(exitCode, 1);
          assert.match(stderr, new RegExp(`^\\nlocal run: port ${port} can't be used .*--port.*\\n$`));
        });
      },
    });
    await refused;
    assert.notEqual(port, '');
    assert.deepEqual(await place.leftovers(), NOTHING);
    assert.deepEqual(await other.leftovers(), NOTHING);
  });
});

interface Row {
  /** Of the resource type or the state machine. */
  readonly name: string | undefined;
  readonly request: string | undefined;
  readonly occasion: string | undefined;
  readonly text: string;
}

/** The table's rows, by the lines that a resource type or a state machine begins. */
function rowsOf(stdout: string): Row[] {
  return stdout
    .split(/^(?=Custom::|deploytime-scaling-run )/m)
    .slice(1)
    .map((text) => {
      const [, name, request] = /^(?:Custom::)?(\S+) +(\w+) +(?:SUCCESS|Converged|DryRun)/.exec(text) ?? [];
      const [, occasion] = /^\S+ +(.+?) {2}/.exec(text.split('\n')[1] ?? '') ?? [];
      return { name, request, occasion, text };
    });
}

function clientFor(endpoint: string): CloudFormationClient {
  return new CloudFormationClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'test' },
  });
}
