import { parse } from 'yaml';
import type { FencedBlock } from '../../../site/fenced-block.ts';

/**
 * What a page's template may leave out, since it is the same everywhere or stands in another block of its page: the
 * name that is referred to, and as much of a template as stands for it.
 */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  Parameters: {
    DeploymentId: { Type: 'String' },
    Bucket: { Type: 'String' },
    Key: { Type: 'String' },
  },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
          ],
        },
      },
    },
    Repository: { Type: 'AWS::ECR::Repository' },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        PackageType: 'Image',
        Code: { ImageUri: { 'Fn::GetAtt': ['Release', 'ImageUri'] } },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
    Image: custom('ecr-image', 'Custom::EcrImage', { RepositoryName: { Ref: 'Repository' } }),
    Release: custom('image-tag', 'Custom::ImageTag', { ParameterName: '/app/tag' }),
    Layer: custom('layer-fingerprint', 'Custom::LayerFingerprint', { ParameterName: '/shop/layer' }),
    Cluster: { Type: 'AWS::DocDB::DBCluster' },
    Writer: instance(),
    Replica: instance(),
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: { TaskDefinition: 'batch:1', Cluster: 'prod', LaunchType: 'FARGATE' },
    },
  },
};

/**
 * The block as a template that can be checked, in JSON's form of YAML; undefined for one that is no template and holds
 * no resources.
 * @throws Error where it refers to something that neither is there nor may be left out.
 */
export function templateOf({ code }: FencedBlock): string | undefined {
  const value = parse(code, { logLevel: 'error' }) as unknown;
  if (!isObject(value)) return undefined;
  const isWhole = isObject(value.Resources);
  if (!isWhole && !Object.values(value).every((each) => isObject(each) && typeof each.Type === 'string')) {
    return undefined;
  }
  const text = isWhole ? code : `Resources:\n${code.replaceAll(/^(?=.)/gm, '  ')}`;
  return complete(text);
}

function complete(text: string): string {
  let completed = text;
  // What is put in may itself refer to something.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const template = parse(completed, { logLevel: 'error' }) as Readonly<Record<string, object>>;
    const declared = ['Parameters', 'Resources', 'Globals', 'Mappings', 'Conditions'].flatMap((section) =>
      Object.keys(template[section] ?? {}),
    );
    const missing = namesIn(completed).filter((name) => !declared.includes(name));
    if (missing.length === 0) return completed;
    for (const name of missing) completed = add(completed, name);
  }
  throw new Error(`${MAX_ROUNDS} rounds, and something is still missing`);
}
const MAX_ROUNDS = 5;

function namesIn(text: string): string[] {
  const references = [
    ...text.matchAll(/!Ref (\w+)/g),
    ...text.matchAll(/!GetAtt (\w+)\./g),
    ...text.matchAll(/"Fn::GetAtt":\["(\w+)"/g),
    ...text.matchAll(/\$\{(\w+)(?:\.[\w.]+)?\}/g),
    ...[...text.matchAll(/DependsOn: \[([^\]]*)\]/g)].flatMap(([, names = '']) => [
      ...names.matchAll(/(\w+)/g),
    ]),
  ];
  return [...new Set(references.map(([, name = '']) => name))];
}

function add(text: string, name: string): string {
  const found = Object.entries(LEFT_OUT).find(([, names]) => names[name] !== undefined);
  if (found === undefined) throw new Error(`It refers to ${name}, which is not there`);
  const [section, names] = found;
  const line = `  ${name}: ${JSON.stringify(names[name])}\n`;
  return new RegExp(`^${section}:\n`, 'm').test(text)
    ? text.replace(new RegExp(`^${section}:\n`, 'm'), (head) => head + line)
    : `${section}:\n${line}${text}`;
}

function custom(name: string, Type: string, properties: object): object {
  const ServiceToken = {
    'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:deploytime-${name}`,
  };
  return { Type, Properties: { ServiceToken, ...properties } };
}

function instance(): object {
  return {
    Type: 'AWS::DocDB::DBInstance',
    Properties: { DBClusterIdentifier: { Ref: 'Cluster' }, DBInstanceClass: 'db.r6g.large' },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
