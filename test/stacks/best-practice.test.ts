import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type App, PermissionsBoundary, Validations } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ImageFunctionExample } from '../../stacks/examples/image-function.ts';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { testApp } from './synthesis.ts';

const EVERY_PROPERTY: ServiceStackProps = {
  qualifier: 'blue',
  repositoryPattern: 'team/app-*',
  parameterPattern: '/team/*/tag',
  allowedSourceRegistries: ['ghcr.io', '222222222222.dkr.ecr.us-west-2.amazonaws.com'],
  readableRegistries: ['222222222222.dkr.ecr.us-west-2.amazonaws.com'],
  scalableTargets: ['docdb/orders', 'ecs/prod/*', 'ecs/test-?/batch'],
  alarmTopicArn: 'arn:aws:sns:eu-west-1:111111111111:operators',
  network: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
  logRetention: RetentionDays.TWO_WEEKS,
  registryHosts: { 'registry.example.com': 'https://proxy.example.com' },
  endpointOverride: 'https://aws.example.com',
  permissionsBoundary: PermissionsBoundary.fromName('boundary'),
};

interface Report {
  readonly pluginReports: {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: { readonly ruleName: string }[];
    readonly suppressedViolations: { readonly ruleName: string; readonly reason: string }[];
  }[];
}

/** Synthesises with the AwsSolutions pack and CDK's own check of the template against CloudFormation's schemas. */
function validate(app: App): Report {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    assert.match(String(error), /Validation failed/);
  }
  return JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
}

function violations(report: Report): string[] {
  return report.pluginReports.flatMap((plugin) =>
    plugin.violations.map(({ ruleName }) => `${plugin.pluginName}: ${ruleName}`),
  );
}

describe('the rules of cdk-nag and of CloudFormation', () => {
  for (const [variant, props] of [
    ['as it is by default', {}],
    ['with every property set', EVERY_PROPERTY],
    ['in an account and Region that are known', { env: { account: '111111111111', region: 'eu-west-1' } }],
  ] as const) {
    it(`find nothing in the service stack ${variant}`, () => {
      const app = testApp();
      new ServiceStack(app, 'deploytime', props);
      const report = validate(app);
      assert.deepEqual(violations(report), []);
      const [nag] = report.pluginReports.filter(({ pluginName }) => pluginName === 'AwsSolutions');
      assert.equal(nag?.conclusion, 'success');
    });
  }

  it('find nothing in the example', () => {
    const app = testApp();
    new ImageFunctionExample(app, 'example');
    assert.deepEqual(violations(validate(app)), []);
  });

  /** Rule and reason of each that is about something else than a wildcard. */
  const OTHERS: readonly (readonly [rule: string, reason: RegExp])[] = [
    ['AwsSolutions-SF1', /keeps each event of an execution/],
    ['AwsSolutions-SQS3', /queue of dead letters itself/],
  ];

  it('are acknowledged only where a wildcard is meant, with a reason that names the statement, and in two cases more', () => {
    const app = testApp();
    new ServiceStack(app, 'deploytime', EVERY_PROPERTY);
    const acknowledged = validate(app).pluginReports.flatMap((plugin) => plugin.suppressedViolations);
    assert.notEqual(acknowledged.length, 0);
    for (const { ruleName, reason } of acknowledged) {
      const [, other] = OTHERS.find(([rule]) => rule === ruleName) ?? [];
      if (other !== undefined) {
        assert.match(reason, other);
        continue;
      }
      assert.match(ruleName, /^AwsSolutions-IAM5\[Resource::/);
      assert.match(reason, /^[A-Z][A-Za-z]+: .{30,}/);
    }
  });

  it('are really asked: an unexplained wildcard is a finding', () => {
    const app = testApp();
    const stack = new ServiceStack(app, 'deploytime');
    const role = new Role(stack, 'Wide', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['ecr:PutImage'], resources: ['*'] }));
    new Repository(stack, 'Repository');
    assert.deepEqual(violations(validate(app)), ['AwsSolutions: AwsSolutions-IAM5[Resource::*]']);
  });

  it("are really asked: a value outside CloudFormation's schema is a finding", () => {
    const app = testApp();
    const stack = new ServiceStack(app, 'deploytime');
    new CfnLogGroup(stack, 'Odd', { retentionInDays: 10 });
    const found = violations(validate(app));
    assert.equal(found.length > 0, true);
    for (const violation of found) assert.match(violation, /^CloudFormation Validate: /);
  });
});
