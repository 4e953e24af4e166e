import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runPlanHere, SERVICE_ONLY } from './plan-run.ts';

/** The targets that the plan of a template has, or what was said instead. */
async function targetsOf(template: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runPlanHere(['@t.yaml', '--json', ...args], {
    files: { 't.yaml': template },
  });
  if (exitCode !== 0) return stderr.replace(/^deploytime: /, '').trim();
  const [plan] = JSON.parse(stdout).plans;
  return plan.capacity.map(({ target }: { target: string }) => target).join(' ');
}

/** @param target As YAML, with %{…} for what Fn::Sub replaces. @param rest What else there is in the template. */
function template(target: string, { sections = '', resources = '' } = {}): string {
  return `${sections}
Resources:
  Nightly:
    Type: Custom::ScheduledScaling
    Properties:
      ServiceToken: !ImportValue somewhere
      Scenarios:
        - Name: nightly
          Start: cron(0 1 * * ? *)
          Duration: PT1H
          Except: [2026-12-24]
          Steps:
            - Target: ${target}
              InstanceCount: 3
${resources}`.replaceAll('%{', '${');
}

const CLUSTER = (properties = '{}') => `  Orders: {Type: "AWS::DocDB::DBCluster", Properties: ${properties}}`;
const PARAMETERS = 'Parameters: {Stage: {Type: String, Default: dev}, Name: {Type: String}}';

describe('a template’s intrinsic functions', () => {
  const cases: readonly (readonly [name: string, template: string, targets: string])[] = [
    [
      '!Sub of a parameter',
      template('!Sub docdb/%{Stage}-orders', { sections: PARAMETERS }),
      'docdb/dev-orders',
    ],
    [
      '!Sub with values',
      template('!Sub ["docdb/%{A}", {A: !Ref Stage}]', { sections: PARAMETERS }),
      'docdb/dev',
    ],
    ['!Sub of a cluster', template('!Sub docdb/%{Orders}', { resources: CLUSTER() }), 'docdb/orders'],
    [
      'a cluster’s own name',
      template('!Join ["/", [docdb, !Ref Orders]]', {
        resources: CLUSTER('{DBClusterIdentifier: Big-Orders}'),
      }),
      'docdb/big-orders',
    ],
    [
      'a name that is put together itself',
      template('!Sub docdb/%{Orders}', {
        sections: PARAMETERS,
        resources: CLUSTER('{DBClusterIdentifier: !Sub "%{Stage}-x"}'),
      }),
      'docdb/dev-x',
    ],
    [
      'the ARN of a cluster, put together',
      template('!Sub arn:%{AWS::Partition}:rds:%{AWS::Region}:%{AWS::AccountId}:cluster:%{Orders}', {
        resources: CLUSTER(),
      }),
      'docdb/orders',
    ],
    ['!Select and !Split', template('!Join ["/", [docdb, !Select [1, !Split [",", "a,b"]]]]'), 'docdb/b'],
    [
      '!FindInMap',
      template('!FindInMap [Targets, !Ref Stage, cluster]', {
        sections: `${PARAMETERS}\nMappings: {Targets: {dev: {cluster: docdb/mapped}}}`,
      }),
      'docdb/mapped',
    ],
    [
      '!If of conditions',
      template('!If [IsProd, docdb/prod, docdb/test]', {
        sections: `${PARAMETERS}\nConditions: {IsDev: !Equals [!Ref Stage, dev], IsProd: !And [!Not [!Condition IsDev], !Or [!Condition IsDev]]}`,
      }),
      'docdb/test',
    ],
    ['AWS::NoValue', template('docdb/orders\n              State: !Ref AWS::NoValue'), 'docdb/orders'],
  ];
  for (const [name, text, targets] of cases) {
    test(`are resolved: ${name}`, async () => assert.equal(await targetsOf(text), targets));
  }

  test('of a service and its cluster are its short name', async () => {
    const resources = `  Cluster: {Type: "AWS::ECS::Cluster"}
  Batch: {Type: "AWS::ECS::Service", Properties: {Cluster: !GetAtt Cluster.Arn, ServiceName: batch}}`;
    const text = (target: string) => template(target, { resources }).replace('InstanceCount', 'DesiredCount');
    for (const target of [
      '!Ref Batch',
      '!GetAtt Batch.ServiceArn',
      '!Sub "ecs/%{Cluster}/%{Batch.Name}"',
      '{"Fn::GetAtt": [Batch, ServiceArn]}',
    ]) {
      assert.equal(await targetsOf(text(target)), 'ecs/Cluster/batch', target);
    }
  });

  test('take parameters from the command line', async () => {
    const text = template('!Sub docdb/%{Name}-%{Stage}', { sections: PARAMETERS });
    assert.equal(await targetsOf(text, '--parameter', 'Name=a', '--parameter', 'Stage=b'), 'docdb/a-b');
  });

  test('are told of where something was taken for something else', async () => {
    const text = template('!Sub docdb/%{Orders}', { resources: CLUSTER() });
    const { stdout } = await runPlanHere(['@t.yaml'], { files: { 't.yaml': text } });
    assert.match(
      stdout,
      /\nassumed: the DocumentDB cluster is taken to be called Orders, for AWS names it\n/,
    );
    const byDefault = await runPlanHere(['@t.yaml'], {
      files: { 't.yaml': template('!Sub docdb/%{Stage}', { sections: PARAMETERS }) },
    });
    assert.match(byDefault.stdout, /\nassumed: the parameter Stage has its default, "dev"\n/);
  });

  const unknown: readonly (readonly [name: string, template: string, why: RegExp])[] = [
    [
      '!ImportValue',
      template('!ImportValue cluster'),
      /Target is Fn::ImportValue, whose value the template does not tell$/,
    ],
    ['!Ref to nothing', template('!Ref Nowhere'), /Target is a Ref to Nowhere, whose value/],
    ['!Ref to a topic', template('!Ref T', { resources: '  T: {Type: "AWS::SNS::Topic"}' }), /is a Ref to T/],
    [
      '!GetAtt',
      template('!GetAtt Orders.Endpoint', { resources: CLUSTER() }),
      /Fn::GetAtt of Orders.Endpoint/,
    ],
    [
      'a parameter without a value',
      template('!Sub docdb/%{Name}', { sections: PARAMETERS }),
      /is the parameter Name, which has no value of its own: give --parameter Name=…/,
    ],
    [
      'a parameter of SSM',
      template('!Ref P', {
        sections: 'Parameters: {P: {Type: "AWS::SSM::Parameter::Value<String>", Default: /a}}',
      }),
      /is the parameter P, which has no value of its own/,
    ],
    [
      'a condition that can’t be told',
      template('!If [C, a, b]', { sections: 'Conditions: {C: !Equals [!Ref "AWS::NotificationARNs", a]}' }),
      /Target is Fn::If of C, which can't be told from the template/,
    ],
    [
      'a circle',
      template('!Ref Orders', { resources: CLUSTER('{DBClusterIdentifier: !Ref Orders}') }),
      /is nested too deeply, or in a circle/,
    ],
    ['a transform', template('{"Fn::Transform": {Name: x}}'), /is Fn::Transform/],
  ];
  for (const [name, text, why] of unknown) {
    test(`are named where they can't be resolved: ${name}`, async () => {
      const said = await targetsOf(text);
      assert.match(
        said,
        /^Nightly in t.yaml can't be told before it is deployed: (Scenarios|a condition|Orders)/,
      );
      assert.match(said, why);
    });
  }

  test('of other resources, and of the service token, are nobody’s business', async () => {
    const resources = '  Other: {Type: "AWS::SNS::Topic", Properties: {TopicName: !ImportValue x}}';
    assert.equal(await targetsOf(template('docdb/orders', { resources })), 'docdb/orders');
  });
});

describe('a template', () => {
  test('as the CDK writes it, is JSON', async () => {
    const template = {
      Resources: {
        Orders1A2B: { Type: 'AWS::DocDB::DBCluster', Properties: {} },
        Nightly3C4D: {
          Type: 'AWS::CloudFormation::CustomResource',
          Properties: {
            ServiceToken: {
              'Fn::Join': [
                '',
                ['arn:', { Ref: 'AWS::Partition' }, ':lambda:…:function:deploytime-scheduled-scaling'],
              ],
            },
            Scenarios: [
              {
                Name: 'nightly',
                Start: 'cron(0 1 * * ? *)',
                Duration: 'PT1H',
                Steps: [
                  { Target: { 'Fn::Join': ['', ['docdb/', { Ref: 'Orders1A2B' }]] }, InstanceCount: '3' },
                ],
              },
            ],
          },
        },
      },
    };
    assert.equal(await targetsOf(JSON.stringify(template)), 'docdb/orders1a2b');
  });
});

describe('a template that makes the targets itself', () => {
  /** What the two targets have, by the template; one that it doesn't tell is marked as assumed. */
  async function hasBy({ cluster = '', service = '' }): Promise<readonly string[]> {
    const text = `
Parameters: {Class: {Type: String, Default: db.r6g.large}, Far: {Type: String}}
Resources:
  Orders:
    Type: AWS::DocDB::DBCluster
${cluster}
  Cluster: {Type: "AWS::ECS::Cluster"}
  Batch:
    Type: AWS::ECS::Service
    Properties: {Cluster: !Ref Cluster${service}
  Nightly:
    Type: Custom::ScheduledScaling
    Properties:
      Scenarios:
        - Name: nightly
          Start: cron(0 1 * * ? *)
          Duration: PT1H
          Steps:
            - {Target: !Sub "docdb/%{Orders}", State: stopped}
            - {Target: !Sub "ecs/%{Cluster}/%{Batch.Name}", DesiredCount: 9}
`.replaceAll('%{', '${');
    const { stdout, stderr } = await runPlanHere(['@t.yaml'], { files: { 't.yaml': text } });
    assert.equal(stderr, '');
    return [...stdout.matchAll(/^(?:docdb|ecs).* has (.*)$/gm)].map(([, has = '']) => has);
  }

  const instance = (name: string, properties: string) =>
    `  ${name}: {Type: "AWS::DocDB::DBInstance", Properties: {DBClusterIdentifier: !Ref Orders, ${properties}}}`;
  const pair = [
    instance('A', 'DBInstanceClass: !Ref Class'),
    instance('B', 'DBInstanceClass: db.r5.large'),
  ].join('\n');

  test('tells what they have: instances, and tasks', async () => {
    assert.deepEqual(await hasBy({ cluster: pair, service: ', DesiredCount: "4"}' }), [
      '1 × db.r5.large, 1 × db.r6g.large',
      '4 tasks',
    ]);
    assert.deepEqual(await hasBy({ service: '}' }), ['3 × own-class*', '1 task']);
  });

  test('tells a scalable target’s bounds', async () => {
    const target = `}
  Scalable:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      MinCapacity: 2
      MaxCapacity: 8
      ResourceId: !Join ["/", [service, !Ref Cluster, !GetAtt Batch.Name]]`;
    assert.deepEqual(await hasBy({ service: target }), ['3 × own-class*', '2 to 8 tasks']);
  });

  test('tells a serverless cluster’s minimum', async () => {
    const cluster = `    Properties: {ServerlessV2ScalingConfiguration: {MinCapacity: 0.5, MaxCapacity: 8}}
${instance('A', 'DBInstanceClass: db.serverless')}`;
    assert.deepEqual((await hasBy({ cluster, service: '}' }))[0], '1 × db.serverless, 0.5 DCU at least');
  });

  test('leaves to be assumed what it doesn’t tell whole', async () => {
    const far = [
      instance('A', 'DBInstanceClass: db.r5.large'),
      instance('B', 'DBInstanceClass: !Ref Far'),
    ].join('\n');
    assert.deepEqual(await hasBy({ cluster: far, service: ', DesiredCount: many}' }), [
      '3 × own-class*',
      '2 tasks*',
    ]);
  });

  test('is overruled by --present', async () => {
    const files = {
      't.json': {
        Resources: {
          Batch: {
            Type: 'AWS::ECS::Service',
            Properties: { ServiceName: 'batch', Cluster: 'prod', DesiredCount: 4 },
          },
          Nightly: { Type: 'Custom::ScheduledScaling', Properties: { Scenarios: [SERVICE_ONLY] } },
        },
      },
      'present.json': { 'ecs/prod/batch': { DesiredCount: 7 } },
    };
    const { stdout } = await runPlanHere(['@t.json'], { files });
    assert.match(stdout, /^ecs\/prod\/batch has 4 tasks$/m);
    const told = await runPlanHere(['@t.json', '--present', '@present.json'], { files });
    assert.match(told.stdout, /^ecs\/prod\/batch has 7 tasks$/m);
  });
});
