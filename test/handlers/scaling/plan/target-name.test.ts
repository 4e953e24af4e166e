import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Target, targetName } from '../../../../handlers/scaling/plan/plan.ts';
import { type Place, readTarget } from '../../../../handlers/scaling/plan/target-name.ts';

const PLACE: Place = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };
const RDS = 'arn:aws:rds:us-east-1:111122223333';
const ECS = 'arn:aws:ecs:us-east-1:111122223333';
const LONG = 'a'.repeat(255);

const orders: Target = { kind: 'docdb', clusterId: 'orders' };
const batch: Target = { kind: 'ecs', cluster: 'prod', service: 'batch' };

describe("A target's name", () => {
  const READ: readonly [text: string, target: Target][] = [
    ['docdb/orders', orders],
    ['docdb/Orders', orders],
    ['docdb/a', { kind: 'docdb', clusterId: 'a' }],
    ['docdb/orders-2026-a', { kind: 'docdb', clusterId: 'orders-2026-a' }],
    [`docdb/${'a'.repeat(63)}`, { kind: 'docdb', clusterId: 'a'.repeat(63) }],
    [`${RDS}:cluster:orders`, orders],
    ['ecs/prod/batch', batch],
    ['ecs/Prod_1/-batch-', { kind: 'ecs', cluster: 'Prod_1', service: '-batch-' }],
    [`ecs/${LONG}/${LONG}`, { kind: 'ecs', cluster: LONG, service: LONG }],
    [`${ECS}:service/prod/batch`, batch],
    [`${ECS}:service/${LONG}/${LONG}`, { kind: 'ecs', cluster: LONG, service: LONG }],
  ];
  for (const [text, target] of READ) {
    test(`may be ${text.slice(0, 60)}`, () => {
      assert.deepEqual(readTarget(text, PLACE), { ok: true, value: target });
      assert.deepEqual(readTarget(targetName(target)), { ok: true, value: target });
    });
  }

  const NO_IDENTIFIER =
    'has no identifier of a cluster: 1 to 63 letters, digits and single hyphens, the first a letter, the last no hyphen';
  const NO_NAMES = 'does not name a cluster and a service: ecs/<cluster>/<service>';
  const SHAPE = 'docdb/<cluster>, ecs/<cluster>/<service>, or the ARN of either';
  const REFUSED: readonly [text: string, because: string | undefined][] = [
    ['', undefined],
    ['orders', undefined],
    ['rds/orders', undefined],
    [' docdb/orders', undefined],
    ['docdb', `"docdb" ${NO_IDENTIFIER}`],
    ['docdb/', `"docdb/" ${NO_IDENTIFIER}`],
    ['docdb/1orders', `"docdb/1orders" ${NO_IDENTIFIER}`],
    ['docdb/orders-', `"docdb/orders-" ${NO_IDENTIFIER}`],
    ['docdb/or--ders', `"docdb/or--ders" ${NO_IDENTIFIER}`],
    ['docdb/orders ', `"docdb/orders " ${NO_IDENTIFIER}`],
    ['docdb/orders\n', `"docdb/orders\\n" ${NO_IDENTIFIER}`],
    ['docdb/orders/1', `"docdb/orders/1" ${NO_IDENTIFIER}`],
    ['docdb/örders', `"docdb/örders" ${NO_IDENTIFIER}`],
    [`docdb/${'a'.repeat(64)}`, `"docdb/${'a'.repeat(64)}" ${NO_IDENTIFIER}`],
    ['ecs/batch', `"ecs/batch" ${NO_NAMES}`],
    ['ecs/prod/batch/1', `"ecs/prod/batch/1" ${NO_NAMES}`],
    ['ecs/prod/', '"ecs/prod/" has no name of a service: 1 to 255 letters, digits, "-" and "_"'],
    ['ecs//batch', '"ecs//batch" has no name of a cluster: 1 to 255 letters, digits, "-" and "_"'],
    ['ecs/prod/ba.tch', '"ecs/prod/ba.tch" has no name of a service: 1 to 255 letters, digits, "-" and "_"'],
    [
      `ecs/prod/${'a'.repeat(256)}`,
      `"ecs/prod/${'a'.repeat(70)}… (267 characters) has no name of a service: 1 to 255 letters, digits, "-" and "_"`,
    ],
    ['arn:', `"arn:" is no ARN of a cluster or a service, allowed is ${SHAPE}`],
    [
      'arn:aws:rds:us-east-1:orders',
      `"arn:aws:rds:us-east-1:orders" is no ARN of a cluster or a service, allowed is ${SHAPE}`,
    ],
    [`${RDS}:db:orders-1`, `"${RDS}:db:orders-1" is the ARN of something else, allowed is ${SHAPE}`],
    [`${RDS}:cluster:1`, `"${RDS}:cluster:1" ${NO_IDENTIFIER}`],
    [`${ECS}:cluster/prod`, `"${ECS}:cluster/prod" is the ARN of something else, allowed is ${SHAPE}`],
    [`${ECS}:cluster:orders`, `"${ECS}:cluster:orders" is the ARN of something else, allowed is ${SHAPE}`],
    [
      `${ECS}:service/batch`,
      `"${ECS}:service/batch" is a service's ARN in the old, short format, which doesn't name the cluster, give ecs/<cluster>/batch`,
    ],
    [
      'arn:aws:rds:us-east-1:999900001111:cluster:orders',
      '"arn:aws:rds:us-east-1:999900001111:cluster:orders" is in account 999900001111, allowed is what is in the stack\'s own, 111122223333',
    ],
    [
      'arn:aws:ecs:eu-west-1:111122223333:service/prod/batch',
      '"arn:aws:ecs:eu-west-1:111122223333:service/prod/batch" is in Region eu-west-1, allowed is what is in the stack\'s own, us-east-1',
    ],
    [
      'arn:aws-cn:rds:us-east-1:111122223333:cluster:orders',
      '"arn:aws-cn:rds:us-east-1:111122223333:cluster:orders" is in partition aws-cn, allowed is what is in the stack\'s own, aws',
    ],
    ['x'.repeat(1025), `it has 1025 characters, allowed is ${SHAPE}`],
  ];
  for (const [text, because] of REFUSED) {
    test(`is not ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.deepEqual(
        readTarget(text, PLACE),
        because === undefined ? { ok: false } : { ok: false, because },
      );
    });
  }

  test('may be an ARN of any place where the stack is not known', () => {
    assert.deepEqual(readTarget('arn:aws-cn:rds:cn-north-1:999900001111:cluster:orders'), {
      ok: true,
      value: orders,
    });
  });
});
