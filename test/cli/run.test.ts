import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { EXIT_CODES } from '../../cli/cli-error.ts';
import { run } from '../../cli/run.ts';
import { runCommand } from './command.ts';
import { smallServiceTemplate } from './service-template.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TAG = ['tag', 'v1', '--parameter', '/app/tag', '--repository', 'team/app'];

describe('the command line', () => {
  test('has a version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual(await runHere('--version'), { exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  const helps = [[], ...['deploy', 'doctor', 'remove', 'tag', 'fingerprint', 'plan'].map((name) => [name])];
  for (const args of helps.map((command) => [...command, '--help'])) {
    test(`${args.join(' ')} tells the options, an example and the exit codes`, async () => {
      const { exitCode, stdout, stderr } = await runHere(...args);
      assert.equal(exitCode, 0);
      assert.equal(stderr, '');
      assert.match(stdout, /^Usage: deploytime/);
      assert.match(stdout, /\nExample:\n {2}deploytime /);
      const [, codes = ''] = stdout.split('Exit codes: ');
      for (const code of [0, ...Object.values(EXIT_CODES).filter((one) => one < 128)]) {
        assert.match(codes, new RegExp(`(^|, |\\n)${code} [a-zA-Z]`));
      }
    });
  }

  test('without a command is a mistake, and shows the help', async () => {
    const { exitCode, stdout, stderr } = await runHere();
    assert.equal(exitCode, EXIT_CODES.Usage);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^Usage: deploytime[\s\S]*\ndeploytime: no command is named; deploytime --help tells what there is\n$/,
    );
  });

  const mistakes: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
    [['tagg'], /^unknown command 'tagg' \(Did you mean tag\?\); deploytime --help tells what there is$/],
    [
      [...TAG, '--regoin', 'x'],
      /^unknown option '--regoin' \(Did you mean --region\?\); deploytime tag --help /,
    ],
    [['tag', 'v1', '--paramter', '/a'], /^unknown option '--paramter' \(Did you mean --parameter\?\)/],
    [
      ['tag', 'v1'],
      /^--parameter and --repository must be given; deploytime tag --help tells what there is$/,
    ],
    [['tag', '--parameter', '/a', '--repository', 'team/app'], /^missing required argument 'tag'/],
    [[...TAG, 'v2'], /^too many arguments for 'tag'. Expected 1 argument but got 2/],
    [
      ['tag', 'v1 ', ...TAG.slice(2)],
      /^value 'v1 ' is invalid for argument 'tag'. It begins or ends with white space/,
    ],
    [['tag', 'team/app:v1', ...TAG.slice(2)], /It looks like a whole image reference/],
    [[...TAG, '--wait', '901'], /Whole seconds from 0 to 900 are allowed/],
    [[...TAG, '--wait', '1.5'], /Whole seconds from 0 to 900 are allowed/],
    [[...TAG, '--wait', '-1'], /Whole seconds from 0 to 900 are allowed/],
    [[...TAG, '--parameter', 'arn:aws:ssm:eu-west-1:111122223333:parameter/a'], /not to an ARN/],
    [[...TAG, '--parameter', '/a:3'], /A version or label can only be read/],
    [[...TAG, '--parameter', 'a/b'], /"\/" if it is also the first character/],
    [
      [...TAG, '--repository', '1.dkr.ecr.eu-west-1.amazonaws.com/a'],
      /The repository's name alone is allowed/,
    ],
    [[...TAG, '--repository', 'Team'], /2 to 256 lower-case letters and digits/],
    [[...TAG, '--registry-id', '1'], /An account's 12 digits are allowed/],
    [[...TAG, '--platform', 'arm64'], /os\/architecture is allowed, such as linux\/amd64/],
    [[...TAG, '--tags', 'key'], /KEY=VALUE is allowed/],
    [[...TAG, '--tags', 'a=1', '--tags', 'a=2'], /The key a is there twice/],
    [['deply'], /^unknown command 'deply' \(Did you mean deploy\?\)/],
    [['docter'], /^unknown command 'docter' \(Did you mean doctor\?\)/],
    [
      ['deploy', '--dryrun'],
      /^unknown option '--dryrun' \(Did you mean --dry-run\?\); deploytime deploy --help tells what there is$/,
    ],
    [['deploy', 'now'], /^too many arguments for 'deploy'/],
    [['deploy', '--stack-name', '1st'], /A letter and up to 127 letters, digits and "-" are allowed/],
    [['deploy', '--qualifier', 'Second'], /A lower-case letter and up to 15 lower-case letters and digits/],
    [['deploy', '--parameter', 'LogRetention'], /Name=value is allowed/],
    [['deploy', '--parameter', 'A=1', '--parameter', 'A=2'], /The parameter A is there twice/],
    [
      ['deploy', '--bucket', 's3://mine'],
      /The bucket's name alone is allowed, without s3:\/\/ and without a key/,
    ],
    [['deploy', '--bucket', 'mine/key'], /The bucket's name alone is allowed/],
    [['deploy', '--bucket', 'My_Bucket'], /3 to 63 lower-case letters, digits, "\." and "-" are allowed/],
    [['deploy', '--bucket', 'ab'], /3 to 63 lower-case letters/],
    [
      ['deploy', '--template', '/nonexistent.json'],
      /^The template of the service is not at \/nonexistent\.json: /,
    ],
    [['deploy', '--template', 'package.json'], /^package\.json is no template of the service/],
    [['deploy', '--region'], /^option '--region <region>' argument missing; deploytime deploy --help/],
    [['doctor', '--qualifier', 'a-b'], /A lower-case letter and up to 15 lower-case letters and digits/],
    [
      ['doctor', '--stack'],
      /^unknown option '--stack' \(Did you mean --no-stacks\?\)|^unknown option '--stack'/,
    ],
    [['remove', '--qualifier', 'A'], /A lower-case letter and up to 15 lower-case letters and digits/],
    [['remove', '--stack-name', ''], /A letter and up to 127 letters, digits and "-" are allowed/],
    [['remove', '--force'], /^unknown option '--force'/],
    [['remove', 'it'], /^too many arguments for 'remove'/],
    [['doctor', 'me'], /^too many arguments for 'doctor'/],
    [['fingerprint'], /^missing required argument 'path'/],
    [['fingerprint', '--excluded', 'x'], /^unknown option '--excluded' \(Did you mean --exclude\?\)/],
  ];
  for (const [args, sentence] of mistakes) {
    test(`${args.join(' ')} is a mistake, told in a sentence`, async () => {
      const { exitCode, stdout, stderr } = await runHere(...args);
      assert.equal(exitCode, EXIT_CODES.Usage);
      assert.equal(stdout, '');
      const [, said = ''] = /^deploytime: (.*)\n$/.exec(stderr) ?? [];
      assert.match(said, sentence);
    });
  }

  test('tells a mistake as JSON, too', async () => {
    const { stdout, stderr } = await runHere('tag', '--json', '--wat');
    const { error } = JSON.parse(stdout);
    assert.equal(error.code, 'Usage');
    assert.equal(error.exitCode, 2);
    assert.equal(stderr, `deploytime: ${error.message}\n`);
  });

  test('has colours on a terminal, unless NO_COLOR says otherwise', async () => {
    const coloured = await runOn({ isTTY: true, environment: {} }, ['tagg']);
    assert.ok(coloured.stderr.startsWith('\x1b[31mdeploytime:\x1b[0m unknown command'));
    const plain = await runOn({ isTTY: true, environment: { NO_COLOR: '1' } }, ['tagg']);
    assert.match(plain.stderr, /^deploytime: unknown command/);
  });
});

describe('without', () => {
  test('a Region deploy and doctor say how to set one', async () => {
    for (const command of [['doctor'], ['deploy', '--template', await template()]]) {
      const end = await runCommand(command);
      assert.equal(end.exitCode, EXIT_CODES.Usage, end.stderr);
      assert.match(end.stderr, /^deploytime: No Region is set: give --region, or set AWS_REGION/);
    }
  });

  test('credentials deploy and doctor say so, as JSON too', async () => {
    const environment = { AWS_REGION: 'eu-central-1' };
    for (const command of [['doctor'], ['deploy', '--template', await template()]]) {
      const end = await runCommand([...command, '--json'], { environment });
      assert.equal(end.exitCode, EXIT_CODES.AccessDenied, end.stderr);
      assert.match(end.stderr, /^deploytime: There are no AWS credentials to say whose the credentials are/);
      assert.equal(JSON.parse(end.stdout).error.code, 'AccessDenied');
    }
  });

  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
  const template = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-run-'));
    folders.push(folder);
    const path = join(folder, 'service.json');
    await writeFile(path, smallServiceTemplate());
    return path;
  };

  test('a template in the package deploy says where it was looked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-run-'));
    folders.push(folder);
    const path = join(folder, 'gone.json');
    const end = await runHere('deploy', '--template', path);
    assert.equal(
      end.stderr,
      `deploytime: The template of the service is not at ${path}: the package has it; in a clone npm run build makes it\n`,
    );
  });

  test('two words for one parameter', async () => {
    const end = await runHere(
      ...['deploy', '--template', await template(), '--qualifier', 'a', '--parameter', 'Qualifier=b'],
    );
    assert.equal(end.exitCode, EXIT_CODES.Usage);
    assert.match(end.stderr, /--qualifier and --parameter Qualifier=… say the same: give one of them$/m);
  });
});

test('the process ends with the code that was found', async () => {
  assert.equal((await runCommand(['tagg'])).exitCode, 2);
  assert.equal((await runCommand(['--help'])).exitCode, 0);
});

test('a reader that went away ends it quietly', async () => {
  const child = spawn(process.execPath, [join(ROOT, 'cli', 'main.ts'), 'fingerprint', '--list', 'handlers'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  assert.equal(stderr, '');
  assert.equal(exitCode, 141);
});

/** In this process, with no terminal. */
function runHere(...args: readonly string[]) {
  return runOn({ isTTY: false, environment: {} }, args);
}

async function runOn(
  { isTTY, environment }: { readonly isTTY: boolean; readonly environment: NodeJS.ProcessEnv },
  args: readonly string[],
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const streamTo = (name: keyof typeof written) => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      written[name] += String(text);
      return true;
    },
  });
  const streams = { stdout: streamTo('stdout'), stderr: streamTo('stderr'), environment };
  const exitCode = await run(args, streams, new AbortController().signal);
  return { exitCode, ...written };
}
