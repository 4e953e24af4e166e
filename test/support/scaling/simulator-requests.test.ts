import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { ordersWorld } from '../documentdb-api/orders-world.ts';
import { type ScalingSimulator, startScalingSimulator } from './simulator.ts';

describe('The simulator is strict', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  const FORM = 'application/x-www-form-urlencoded';
  const JSON_1_1 = 'application/x-amz-json-1.1';
  const DESCRIBE = 'Action=DescribeDBInstances&Version=2014-10-31';
  const SERVICES = 'AmazonEC2ContainerServiceV20141113.DescribeServices';
  const TARGETS = 'AnyScaleFrontendService.DescribeScalableTargets';
  for (const [what, given, status, code] of [
    ['by GET', { method: 'GET' }, 403, ''],
    ['of another path', { path: '/other' }, 403, ''],
    ['of another Region', { region: 'eu-west-1' }, 403, ''],
    ['of another service', { service: 'ec2' }, 403, ''],
    ['of another content type', { contentType: 'text/plain' }, 400, 'InvalidAction'],
    ['without an action', { body: 'Version=2014-10-31' }, 400, 'InvalidAction'],
    [
      'of an action that is not here',
      { body: 'Action=RebootDBInstance&Version=2014-10-31' },
      400,
      'InvalidAction',
    ],
    [
      'of another version of the API',
      { body: 'Action=DescribeDBInstances&Version=2012-01-01' },
      400,
      'InvalidAction',
    ],
    ['with a parameter that there is not', { body: `${DESCRIBE}&Colour=red` }, 400, 'InvalidQueryParameter'],
    [
      'with a parameter twice',
      { body: `${DESCRIBE}&MaxRecords=20&MaxRecords=30` },
      400,
      'InvalidQueryParameter',
    ],
    [
      'with a list whose members have another name',
      { body: `${DESCRIBE}&Filters.member.1.Name=db-cluster-id` },
      400,
      'InvalidQueryParameter',
    ],
    [
      'with a list that has a gap',
      { body: `${DESCRIBE}&Filters.Filter.2.Name=db-cluster-id&Filters.Filter.2.Values.Value.1=a` },
      400,
      'InvalidParameterValue',
    ],
    ['with a number that is none', { body: `${DESCRIBE}&MaxRecords=many` }, 400, 'InvalidParameterValue'],
    ['with half a number', { body: `${DESCRIBE}&MaxRecords=20.5` }, 400, 'InvalidParameterValue'],
    [
      'with a truth that is none',
      {
        body: 'Action=ModifyDBInstance&Version=2014-10-31&DBInstanceIdentifier=orders-2&ApplyImmediately=yes',
      },
      400,
      'InvalidParameterValue',
    ],
    [
      'without a parameter that is required',
      { body: 'Action=DeleteDBInstance&Version=2014-10-31' },
      400,
      'MissingParameter',
    ],
    [
      'of ECS without a target',
      { service: 'ecs', contentType: JSON_1_1, body: '{}' },
      400,
      'UnknownOperationException',
    ],
    [
      'of ECS as a form',
      { service: 'ecs', target: SERVICES, body: '{"services":["batch"]}' },
      400,
      'UnknownOperationException',
    ],
    [
      'of ECS that is no JSON',
      { service: 'ecs', contentType: JSON_1_1, target: SERVICES, body: 'services=batch' },
      400,
      'SerializationException',
    ],
    [
      'of ECS with a field that there is not',
      { service: 'ecs', contentType: JSON_1_1, target: SERVICES, body: '{"services":["batch"],"colour":1}' },
      400,
      'InvalidParameterException',
    ],
    [
      'of ECS without a field that is required',
      { service: 'ecs', contentType: JSON_1_1, target: SERVICES, body: '{}' },
      400,
      'InvalidParameterException',
    ],
    [
      'of Application Auto Scaling with a field of another kind',
      {
        service: 'application-autoscaling',
        contentType: JSON_1_1,
        target: TARGETS,
        body: '{"ServiceNamespace":"ecs","ResourceIds":"service/prod/batch"}',
      },
      400,
      'ValidationException',
    ],
    [
      'of Application Auto Scaling to ECS',
      { service: 'ecs', contentType: JSON_1_1, target: TARGETS, body: '{"ServiceNamespace":"ecs"}' },
      400,
      'UnknownOperationException',
    ],
  ] as const) {
    test(`on a request ${what}`, async () => {
      const { world } = ordersWorld(simulator);
      const { method, path, region, service, contentType, target, body } = {
        method: 'POST',
        path: '/',
        region: 'us-east-1',
        service: 'rds',
        contentType: FORM,
        target: '',
        body: DESCRIBE,
        ...given,
      };
      const answer = await send(simulator.origin + path, method, body, {
        'content-type': contentType,
        ...(target !== '' && { 'x-amz-target': target }),
        authorization: `AWS4-HMAC-SHA256 Credential=${world.id}/20260302/${region}/${service}/aws4_request, SignedHeaders=host`,
      });
      assert.equal(answer.status, status);
      assert.ok(answer.text.includes(code), answer.text);
      assert.deepEqual(world.journal.entries, []);
      assert.equal(world.journal.violations.length, 1);
    });
  }

  test('and on who asks: nobody, or no world of its own', async () => {
    for (const authorization of [
      '',
      'AWS4-HMAC-SHA256 Credential=AKIDOTHER/20260302/us-east-1/rds/aws4_request',
    ]) {
      const headers = { 'content-type': FORM, authorization };
      assert.equal((await send(simulator.origin, 'POST', DESCRIBE, headers)).status, 403);
    }
  });

  test('and keeps in mind what no client of AWS sends', async () => {
    const { world } = ordersWorld(simulator);
    const authorization = `AWS4-HMAC-SHA256 Credential=${world.id}/20260302/us-east-1/rds/aws4_request`;
    await send(simulator.origin, 'POST', `${DESCRIBE}&Colour=red`, { 'content-type': FORM, authorization });
    assert.equal(world.journal.violations.length, 1);
    assert.match(world.journal.violations[0] ?? '', /Colour/);
  });
});

function send(
  url: string,
  method: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      resolve({ status: response.statusCode, text });
    });
    sent.once('error', reject);
    sent.end(method === 'GET' ? undefined : body);
  });
}
