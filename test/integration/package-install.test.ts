import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GetFunctionCommand, type GetFunctionCommandOutput } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type Account, openAccount } from '../../local/account.ts';
import { answersIn } from '../../local/answers.ts';
import { cdkFor } from '../../local/cdk.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { standInForScalableTargets } from '../../local/scalable-targets.ts';
import { findStack, stackEvents, stackResources } from '../../local/stack-events.ts';
import { createScaledPair } from '../support/local/scaled-pair.ts';
import { localServiceSource, SERVICE_APP, USER_APPS } from '../support/package/example-apps.ts';
import { lockedOf, lowestOf } from '../support/package/peer-range.ts';
import { packTarball } from '../support/package/tarball.ts';
import { openUserProject, type UserProject } from '../support/package/user-project.ts';
import { witness } from '../support/witness.ts';

/*
 * The package as its user gets it: installed from the tarball into an empty folder outside the repository, at both ends
 * of what package.json says it works with. Both deploy to one MiniStack, each to a Region of its own.
 */

interface End {
  readonly name: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly modules: 'commonjs' | 'module';
  readonly region: string;
}

const ENDS: readonly End[] = [
  {
    name: 'the newest versions, in CommonJS',
    packages: { 'aws-cdk-lib': lockedOf('aws-cdk-lib'), constructs: lockedOf('constructs') },
    modules: 'commonjs',
    region: 'us-east-1',
  },
  {
    name: 'the lowest versions, in ES modules',
    packages: {
      'aws-cdk-lib': lowestOf('aws-cdk-lib'),
      constructs: lowestOf('constructs'),
      node: lowestOf('node'),
    },
    modules: 'module',
    region: 'eu-west-1',
  },
];
const NEVER = new AbortController().signal;
const IMAGE_BY_DIGEST = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[^:@]+@sha256:[0-9a-f]{64}$/;

describe('the package, installed', witness('ministack'), () => {
  let folder: string;
  let ministack: MiniStack;
  let tarball: string;
  const opened = new Map<End, { readonly project: UserProject; readonly account: Account }>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-user-'));
    [{ path: tarball }, ministack] = await Promise.all([
      packTarball(folder),
      startMiniStack({ folder: join(folder, 'ministack') }),
    ]);
    await settled(
      ENDS.map(async (end) => {
        const account = await openAccount(ministack.endpoint, { AWS_REGION: end.region });
        opened.set(end, { account, project: await projectWithService(end, account) });
      }),
    );
    // When both services are there: MiniStack ends what runs of a function where one of its name is made or configured,
    // in any Region.
    await settled(
      [...opened.values()].flatMap(({ project, account }) =>
        USER_APPS.map((app) => project.deploy(app, account)),
      ),
    );
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const end of ENDS) {
    describe(`with ${end.name}`, () => {
      let project: UserProject;
      let account: Account;

      before(() => {
        const { project: installed, account: own } = opened.get(end) ?? {};
        assert.ok(installed && own);
        project = installed;
        account = own;
      });

      test('has those versions, and no other package', async () => {
        for (const [name, version] of Object.entries(end.packages)) {
          assert.equal(project.versionOf(name), version);
        }
        const lock = JSON.parse(await readFile(join(project.folder, 'package-lock.json'), 'utf8'));
        const own = lock.packages['node_modules/deploytime'];
        assert.equal(own.dependencies, undefined);
        assert.ok(own.peerDependencies['aws-cdk-lib']);
      });

      test('type-checks as bundlers find types, and libraries with it', async () => {
        const whole = ['--skipLibCheck', 'false', '--lib', 'es2022,esnext.disposable'];
        await project.compile(['--module', 'esnext', '--moduleResolution', 'bundler', ...whole]);
      });

      test('type-checks under TypeScript 5 with the module resolution of old', async () => {
        await project.compileWithTypeScript5(['--module', 'commonjs', '--moduleResolution', 'node10']);
      });

      test('every resource is answered', async () => {
        for (const [stack, types] of Object.entries({
          'ecr-image-example': ['Custom::EcrImage'],
          'image-tag-example': ['Custom::EcrImage', 'Custom::ImageTag'],
          'layer-fingerprint-example': ['Custom::LayerFingerprint'],
          'scheduled-scaling-example': ['Custom::ScheduledScaling'],
        })) {
          const { stackId = '' } = (await findStack(account.cloudFormation, stack)) ?? {};
          const answers = answersIn(await stackEvents(account.cloudFormation, stackId));
          assert.deepEqual(
            answers
              .map(({ resourceType, request, status }) => `${request} ${resourceType}: ${status}`)
              .sort(),
            types.map((type) => `Create ${type}: SUCCESS`),
          );
        }
      });

      test('EcrImage: the function is made of an image, by digest', async () => {
        const { Code } = await functionOf('ecr-image-example');
        assert.match(Code?.ImageUri ?? '', IMAGE_BY_DIGEST);
      });

      test('ImageTag: before the first release the function is made of the image that is there', async () => {
        const [first, second] = await Promise.all(
          ['ecr-image-example', 'image-tag-example'].map((stack) => functionOf(stack)),
        );
        assert.match(second?.Code?.ImageUri ?? '', IMAGE_BY_DIGEST);
        // The placeholder in both, each in its own repository.
        assert.equal(digestOf(second), digestOf(first));
      });

      test("LayerFingerprint: the function has the layer, and says which; the command's fingerprint is the same", async () => {
        const { Parameter } = await account.ssm.send(new GetParameterCommand({ Name: '/shop/layer' }));
        const { Configuration } = await functionOf('layer-fingerprint-example');
        assert.deepEqual(
          Configuration?.Layers?.map(({ Arn }) => Arn),
          [Parameter?.Value],
        );
        const [fingerprint = ''] =
          /[0-9a-f]{64}/.exec(await project.runCommand(['fingerprint', 'layer'])) ?? [];
        const [, digits] = /^Depend on: \S+@([0-9a-f]{12})$/.exec(Configuration?.Description ?? '') ?? [];
        assert.equal(digits, fingerprint.slice(0, 12));
      });

      test('ScheduledScaling: the schedules are there, in their zone', async () => {
        const { Schedules = [] } = await account.scheduler.send(new ListSchedulesCommand({}));
        const found = await Promise.all(
          Schedules.map(({ Name, GroupName }) =>
            account.scheduler.send(new GetScheduleCommand({ Name, GroupName })),
          ),
        );
        assert.deepEqual(
          found
            .map(({ ScheduleExpression, ScheduleExpressionTimezone }) => [
              ScheduleExpression,
              ScheduleExpressionTimezone,
            ])
            .sort(),
          [
            ['cron(0 5 * * ? *)', 'Asia/Tokyo'],
            ['cron(30 0 * * ? *)', 'Asia/Tokyo'],
          ],
        );
      });

      test('the command tells of itself', async () => {
        assert.match(await project.runCommand(['--help']), /fingerprint/);
        assert.equal((await project.runCommand(['--version'])).trim(), project.versionOf('deploytime'));
      });

      /** The one function of an example's stack. */
      async function functionOf(stack: string): Promise<GetFunctionCommandOutput> {
        const [name, ...others] = await stackResources(
          account.cloudFormation,
          stack,
          'AWS::Lambda::Function',
          NEVER,
        );
        assert.deepEqual(others, []);
        return account.lambda.send(new GetFunctionCommand({ FunctionName: name }));
      }
    });
  }

  test('the service is the same from the oldest aws-cdk-lib as from the newest', async () => {
    const [newest, lowest] = await Promise.all(
      ENDS.map(async (end) => {
        const project = opened.get(end)?.project;
        assert.ok(project);
        const assembly = await project.synthesise(SERVICE_APP);
        return JSON.parse(await readFile(join(assembly, 'deploytime.template.json'), 'utf8'));
      }),
    );
    assert.deepEqual(lowest, newest);
  });

  test('the command alone brings no other package along', async () => {
    const alone = join(folder, 'alone');
    const project = await openUserProject({
      folder: alone,
      packages: [tarball],
      modules: 'commonjs',
      sources: {},
    });
    const installed = await readdir(join(alone, 'node_modules'));
    assert.deepEqual(
      installed.filter((name) => !name.startsWith('.')),
      ['deploytime'],
    );
    assert.match(await project.runCommand(['fingerprint', '--help']), /fingerprint/);
  });

  /** The package and the examples, installed, and the service deployed. */
  async function projectWithService(end: End, account: Account): Promise<UserProject> {
    const { modules, packages, region } = end;
    const [project] = await Promise.all([
      openUserProject({
        folder: join(folder, modules),
        packages: [tarball, ...Object.entries(packages).map(([name, version]) => `${name}@${version}`)],
        modules,
        sources: { 'local-service.ts': localServiceSource(account) },
      }),
      cdkFor(account, join(folder, `bootstrap-${region}`)).bootstrap(),
      createScaledPair(account, 'shop'),
    ]);
    await project.compile(['--noEmit', 'false']);
    await project.deploy('local-service', account);
    await standInForScalableTargets(account, NEVER);
    return project;
  }
});

/** Waits for each, also where one fails: nothing is at work any more when its MiniStack and its folder go. */
async function settled(work: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function digestOf(fn: GetFunctionCommandOutput | undefined): string | undefined {
  return fn?.Code?.ImageUri?.split('@')[1];
}
