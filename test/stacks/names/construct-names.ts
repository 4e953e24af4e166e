import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { EcrImage } from '../../../stacks/constructs/ecr-image.ts';
import { ImageTag } from '../../../stacks/constructs/image-tag.ts';
import { LayerFingerprint } from '../../../stacks/constructs/layer-fingerprint.ts';
import { ScheduledScaling } from '../../../stacks/constructs/scheduled-scaling.ts';
import { ScalingTarget } from '../../../stacks/constructs/scheduled-scaling-target.ts';
import { givenPaths } from '../../support/names/property-path.ts';
import type { WrittenTemplate } from '../../support/names/template-names.ts';
import { quickApp } from '../synthesis.ts';

const REQUEST = { serviceTimeout: Duration.minutes(5), deploymentId: '1' };
const LAYER_VERSION = 'arn:aws:lambda:eu-west-1:111122223333:layer:shop:1';
const REPOSITORY = 'arn:aws:ecr:eu-west-1:444455556666:repository/team/app';

/** Each type's construct, with every prop that it has. What can't stand together stands in several. */
const CONSTRUCTS: Readonly<Record<string, (stack: Stack) => Construct[]>> = {
  'Custom::EcrImage': (stack) => [
    new EcrImage(stack, 'A', {
      ...REQUEST,
      repository: new Repository(stack, 'Repository'),
      tag: 'v1',
      source: 'ghcr.io/team/app:v1',
      sourceCredentials: new Secret(stack, 'Secret'),
      platform: 'linux/arm64',
      usedBy: 'lambda',
      onExisting: 'overwrite',
      onDelete: 'retain',
    }),
  ],
  'Custom::ImageTag': (stack) => [
    new ImageTag(stack, 'A', {
      ...REQUEST,
      parameterName: '/app/tag',
      default: 'v1',
      repository: Repository.fromRepositoryArn(stack, 'Repository', REPOSITORY),
      platform: 'linux/arm64',
      usedBy: 'lambda',
    }),
  ],
  'Custom::LayerFingerprint': (stack) => [
    new LayerFingerprint(stack, 'A', { ...REQUEST, layerVersionArn: LAYER_VERSION }),
    new LayerFingerprint(stack, 'B', { ...REQUEST, layerName: 'shop', exclude: ['*.md'] }),
    new LayerFingerprint(stack, 'C', { ...REQUEST, parameterName: '/shop/layer' }),
  ],
  'Custom::ScheduledScaling': (stack) => [new ScheduledScaling(stack, 'A', planProps())],
};

function planProps() {
  const cluster = {
    instanceClass: 'db.r6g.2xlarge',
    fallbackClasses: ['db.r5.2xlarge'],
    instanceCount: 3,
    minCapacity: 2,
    allowOutage: true,
  };
  const night = { start: 'cron(0 22 * * ? *)', except: ['2026-12-31'], priority: 1 };
  return {
    ...REQUEST,
    timezone: TimeZone.ASIA_TOKYO,
    enforce: false,
    onDelete: 'leave' as const,
    bounds: { instanceCount: 4, desiredCount: 40 },
    scenarios: [
      {
        ...night,
        name: 'a',
        end: 'cron(0 5 * * ? *)',
        steps: [
          { target: ScalingTarget.fromName('docdb/orders'), ...cluster, after: cluster },
          {
            target: ScalingTarget.fromName('docdb/test'),
            state: 'stopped' as const,
            after: { state: 'running' as const },
          },
        ],
      },
      {
        ...night,
        name: 'b',
        duration: Duration.hours(2),
        steps: [
          {
            target: ScalingTarget.fromName('ecs/prod/web'),
            minCapacity: 2,
            maxCapacity: 9,
            after: { minCapacity: 1, maxCapacity: 4 },
          },
          { target: ScalingTarget.fromName('ecs/prod/batch'), desiredCount: 2, after: { desiredCount: 1 } },
        ],
      },
    ],
  };
}

/** Every property that the construct of a type sends, sorted. */
export function pathsOfConstructs(type: string): string[] {
  const { template } = synthesised(type);
  const properties = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    Type === type ? [Properties] : [],
  );
  return [...new Set(givenPaths(properties))].sort();
}

/** Every attribute that the construct of a type reads, sorted. */
export function attributesOfConstructs(type: string): string[] {
  const { stack, constructs } = synthesised(type);
  const fields = constructs
    .flatMap((construct) => Object.values(construct))
    .filter((value) => typeof value === 'string');
  const attributes = fields.flatMap((value) => stack.resolve(value)?.['Fn::GetAtt']?.[1] ?? []);
  return [...new Set<string>(attributes)].sort();
}

/** What a user's code names of the construct of a type: its fields and methods, sorted. */
export function membersOfConstructs(type: string): string[] {
  const { constructs } = synthesised(type);
  const members = constructs.flatMap((construct) => {
    const made = construct.constructor;
    const own = [construct, made.prototype, made].flatMap((each) => Object.getOwnPropertyNames(each));
    return own.map((member) => `${made.name}.${member}`);
  });
  return [...new Set(members)]
    .filter((member) => !/\.(?:node|constructor|length|name|prototype)$/.test(member))
    .sort();
}

function synthesised(type: string) {
  const app = quickApp();
  const stack = new Stack(app, 'names', { env: { account: '111122223333', region: 'eu-west-1' } });
  const constructs = CONSTRUCTS[type]?.(stack);
  if (constructs === undefined) throw new Error(`No construct of ${type} is known here`);
  const template = app.synth().getStackArtifact(stack.artifactId).template as WrittenTemplate;
  return { stack, constructs, template };
}
