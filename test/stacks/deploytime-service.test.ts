import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { functionOutsideIn } from '../../cli/deploy/service-template.ts';
import { DeploytimeService } from '../../stacks/deploytime-service.ts';
import { quickApp } from './synthesis.ts';

const functionCode = () => Code.fromInline('exports.handler = undefined;');

describe("the service in an app of one's own", () => {
  it('is in a VPC of the same app, and tells a topic of it', () => {
    const stack = new Stack(quickApp(), 'own');
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
    const group = new SecurityGroup(stack, 'Group', { vpc });
    const topic = new Topic(stack, 'Topic');
    new DeploytimeService(stack, 'Deploytime', {
      network: {
        subnetIds: vpc.privateSubnets.map(({ subnetId }) => subnetId),
        securityGroupIds: [group.securityGroupId],
      },
      alarmTopicArn: topic.topicArn,
      functionCode,
    });
    const template = Template.fromStack(stack);
    const [image] = Object.values(
      template.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: 'deploytime-ecr-image' },
      }),
    );
    assert.deepEqual(image?.Properties.VpcConfig, {
      SubnetIds: vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId)),
      SecurityGroupIds: [stack.resolve(group.securityGroupId)],
    });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    assert.ok(alarms.length > 0);
    for (const { Properties } of alarms) {
      assert.deepEqual(Properties.AlarmActions, [stack.resolve(topic.topicArn)]);
    }
    assert.equal(template.toJSON().Conditions, undefined);
    assert.doesNotMatch(JSON.stringify(template.toJSON()), /Fn::If/);
  });

  it('is in a VPC that CDK has yet to look up', () => {
    const env = { account: '111122223333', region: 'eu-central-1' };
    const stack = new Stack(quickApp(), 'own', { env });
    const vpc = Vpc.fromLookup(stack, 'Vpc', { isDefault: true });
    const group = SecurityGroup.fromLookupByName(stack, 'Group', 'registries', vpc);
    assert.doesNotThrow(
      () =>
        new DeploytimeService(stack, 'Deploytime', {
          network: {
            subnetIds: vpc.selectSubnets({ subnets: vpc.privateSubnets }).subnetIds,
            securityGroupIds: [group.securityGroupId],
          },
          functionCode,
        }),
    );
  });

  for (const [id, isOwn] of [
    ['Default', true],
    ['Platform', false],
  ] as const) {
    it(`is ${isOwn ? '' : 'not '}deployed and removed by the command where the construct is ${id}`, () => {
      const stack = new Stack(quickApp(), 'own');
      new DeploytimeService(stack, id, { functionCode });
      const outside = functionOutsideIn(JSON.stringify(Template.fromStack(stack).toJSON()));
      assert.equal(outside === undefined, isOwn);
    });
  }
});
