import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '../../local/child-program.ts';
import { ROOT } from '../support/examples/python-program.ts';
import {
  headOf,
  parametersOf,
  readTemplate,
  resourcesOfType,
  statementsOf,
  type Template,
} from '../support/examples/template.ts';
import { TemplateFolder } from '../support/examples/template-folder.ts';
import { CLOUDFORMATION, SAM } from '../support/examples/template-tool.ts';

/** What keeps a parameter from being just anything. A type of AWS's own does, too. */
const CONSTRAINTS = ['AllowedPattern', 'AllowedValues', 'MinLength', 'MinValue'];
/** Nobody who tries an example waits an hour for an answer. */
const MAX_SERVICE_TIMEOUT_SECONDS = 600;
const MAX_HEAD_LINES = 9;
const CLI = join(ROOT, 'cli', 'main.ts');
const PLAN_LIMIT_MS = 60_000;
const FUNCTIONS: Readonly<Record<string, string>> = {
  'Custom::EcrImage': 'deploytime-ecr-image',
  'Custom::ImageTag': 'deploytime-image-tag',
  'Custom::LayerFingerprint': 'deploytime-layer-fingerprint',
  'Custom::ScheduledScaling': 'deploytime-scheduled-scaling',
};

const TOOLS = [CLOUDFORMATION, SAM];

describe('the examples', () => {
  test('are in folders that tests run, and README.md tells of each', () => {
    const entries = readdirSync(join(ROOT, 'examples'), { withFileTypes: true });
    const readme = readFileSync(join(ROOT, 'examples', 'README.md'), 'utf8');
    const tests = globSync('test/**/*.ts', { cwd: ROOT }).map((file) =>
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const folderNames = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.ok(folderNames.length > 0);
    for (const name of folderNames) {
      const mention = new RegExp(`['/]examples(?:/|', ')${name}['/]`);
      assert.ok(
        tests.some((text) => mention.test(text)),
        `no test runs examples/${name}`,
      );
      assert.ok(readme.includes(`](${name}/)`), `README.md has no link to ${name}`);
    }
    const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    assert.deepEqual(files, ['README.md'], 'a file in no folder is in no test');
  });

  for (const tool of TOOLS) {
    const { folder, command } = tool;
    for (const file of new TemplateFolder(tool).templates()) {
      const path = join(folder, file);
      describe(path, () => {
        test('says what it shows, and the command that deploys it', async () => {
          const head = headOf(path);
          assert.ok(head.length >= 3 && head.length <= MAX_HEAD_LINES, `${head.length} lines`);
          const text = head.join('\n');
          assert.match(text, new RegExp(`^#   ${command} --stack-name \\S+ --template-file ${file}`, 'm'));
          const { Description, Outputs, Parameters = {} } = await readTemplate(path);
          assert.ok(Description);
          assert.ok(Outputs);
          const given = await parametersOf(head);
          for (const [name, parameter] of Object.entries(Parameters)) {
            const isHeld =
              CONSTRAINTS.some((key) => key in parameter) || /AWS::/.test(String(parameter.Type));
            assert.ok(isHeld, `${name} may be anything`);
            const value = given.get(name) ?? parameter.Default;
            assert.ok(value !== undefined, `${name} is not in the command`);
            // CloudFormation's patterns are for the whole of a value.
            const { AllowedPattern = '.*' } = parameter;
            assert.match(String(value), new RegExp(`^(?:${AllowedPattern})$`), name);
          }
          for (const name of given.keys()) assert.ok(name in Parameters, `${name} is no parameter`);
        });

        test('asks the service by names that hold in every partition, and never waits an hour', async () => {
          const { Resources } = await readTemplate(path);
          for (const { Type, Properties: { ServiceToken, ServiceTimeout } = {} } of Object.values(
            Resources,
          )) {
            if (!Type.startsWith('Custom::')) continue;
            assert.deepEqual(ServiceToken, { 'Fn::Sub': tokenOf(Type) });
            assert.ok(Number(ServiceTimeout) <= MAX_SERVICE_TIMEOUT_SECONDS);
          }
        });

        test('allows the service to write to its repositories, and Lambda to pull from them', async () => {
          const template = await readTemplate(path);
          const isForLambda = resourcesOfType(template, 'Custom::EcrImage').some(
            ({ Properties }) => Properties?.UsedBy === 'lambda',
          );
          for (const { Properties } of resourcesOfType(template, 'AWS::ECR::Repository')) {
            assert.deepEqual(Properties?.Tags, [{ Key: 'deploytime', Value: 'allow' }]);
            assert.equal(Properties?.RepositoryPolicyText !== undefined, isForLambda);
          }
        });

        test('asks again at each deployment', async () => {
          for (const { Properties } of askedAgain(await readTemplate(path))) {
            assert.deepEqual(Properties?.DeploymentId, { Ref: 'DeploymentId' });
          }
        });

        test('allows its roles each action by name, on what is its own', async () => {
          for (const { Action, Resource } of statementsOf(await readTemplate(path))) {
            assert.doesNotMatch([Action].flat().join(' '), /\*/);
            // The one that knows no resources.
            if (Action !== 'ecr:GetAuthorizationToken') assert.notEqual(Resource, '*');
          }
        });
      });
    }
  }

  for (const { folder } of TOOLS) {
    test(`${folder}/nightly-batch.yaml can be read by deploytime plan, as README.md says`, async () => {
      const readme = readFileSync(join(ROOT, 'examples', 'README.md'), 'utf8');
      const [, args = ''] = /`npx deploytime (plan nightly-batch\.yaml [^`]+)`/.exec(readme) ?? [];
      const { exitCode, stdout, tail } = await runProgram(process.execPath, [CLI, ...args.split(' ')], {
        cwd: join(ROOT, folder),
        env: { PATH: process.env.PATH },
        limitMs: PLAN_LIMIT_MS,
      });
      assert.equal(exitCode, 0, tail);
      assert.match(stdout, /docdb\/orders: 2 × own-class → 3 × db\.r6g\.2xlarge/);
    });
  }

  for (const file of ['ecs-service.yaml', 'nightly-batch.yaml']) {
    test(`${file} has nothing of SAM's own: both are the same`, async () => {
      const [raw, sam] = await Promise.all(TOOLS.map(({ folder }) => readTemplate(join(folder, file))));
      assert.deepEqual(sam, { ...raw, Transform: 'AWS::Serverless-2016-10-31' });
    });
  }
});

function tokenOf(type: string): string {
  return `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${FUNCTIONS[type]}`;
}

function askedAgain(template: Template) {
  return ['Custom::ImageTag', 'Custom::LayerFingerprint'].flatMap((type) => resourcesOfType(template, type));
}
