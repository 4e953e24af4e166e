import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MINUTE_MS, ordersWorld } from '../documentdb-api/orders-world.ts';
import { type ScalingSimulator, startScalingSimulator } from './simulator.ts';
import type { Fault, SimulatedCall } from './simulator-faults.ts';

const HOUR_MS = 60 * MINUTE_MS;

describe('A fault', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  for (const [code, sdkName, status] of [
    ['Throttling', 'Throttling', 400],
    ['AccessDenied', 'AccessDenied', 403],
    ['InternalFailure', 'InternalFailure', 500],
    ['ServiceUnavailable', 'ServiceUnavailable', 503],
    ['InvalidDBInstanceState', 'InvalidDBInstanceStateFault', 400],
    ['InsufficientDBInstanceCapacity', 'InsufficientDBInstanceCapacityFault', 400],
    ['InstanceQuotaExceeded', 'InstanceQuotaExceededFault', 400],
  ] as const) {
    test(`that is the error ${code} does nothing`, async () => {
      const orders = ordersWorld(simulator);
      orders.world.faults.plan({ fault: { kind: 'error', code } });
      const before = orders.world.capacity();
      const error = await orders.modify('orders-2', 'db.r6g.xlarge').then(
        () => undefined,
        (thrown) => thrown,
      );
      assert.equal(error?.name, sdkName);
      assert.equal(error.$metadata?.httpStatusCode, status);
      orders.world.clock.advance(HOUR_MS);
      assert.deepEqual(orders.world.capacity(), before);
      assert.deepEqual(outcomes(orders.world), [`ModifyDBInstance ${code}`]);
      assert.deepEqual(orders.world.journal.violations, []);
    });
  }

  test('that breaks the connection before does nothing', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'reset' } });
    await assert.rejects(orders.modify('orders-2', 'db.r6g.xlarge'), { code: 'ECONNRESET' });
    assert.equal((await orders.instance('orders-2'))?.pendingClass, undefined);
    assert.deepEqual(outcomes(orders.world), ['ModifyDBInstance reset']);
  });

  test('that breaks the connection afterwards does what was asked', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'lost-answer' } });
    await assert.rejects(orders.modify('orders-2', 'db.r6g.xlarge'), { code: 'ECONNRESET' });
    assert.equal((await orders.instance('orders-2'))?.pendingClass, 'db.r6g.xlarge');
    assert.deepEqual(outcomes(orders.world), ['ModifyDBInstance accepted']);
  });

  test('that is an error afterwards does what was asked', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'error-afterwards', code: 'InternalFailure' } });
    await assert.rejects(orders.modify('orders-2', 'db.r6g.xlarge'), { name: 'InternalFailure' });
    assert.equal((await orders.instance('orders-2'))?.pendingClass, 'db.r6g.xlarge');
    assert.deepEqual(outcomes(orders.world), ['ModifyDBInstance accepted']);
  });

  test('that was refused anyway afterwards is in the journal as it was refused', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'lost-answer' } });
    await assert.rejects(orders.modify('none', 'db.r6g.xlarge'), { code: 'ECONNRESET' });
    assert.deepEqual(outcomes(orders.world), ['ModifyDBInstance DBInstanceNotFound']);
  });

  test('drops ApplyImmediately', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'pends' } });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'available',
      instanceClass: 'db.r6g.large',
      pendingClass: 'db.r6g.xlarge',
    });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.equal((await orders.instance('orders-2'))?.instanceClass, 'db.r6g.xlarge');
  });

  test('makes a modification last for ever, until it is repaired', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'never-ends' } });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(24 * HOUR_MS);
    assert.equal((await orders.instance('orders-2'))?.status, 'modifying');
    orders.world.documentDb.processes.repair();
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'available',
      instanceClass: 'db.r6g.large',
      pendingClass: undefined,
    });
  });

  test('makes a creation last for ever, or fail', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'never-ends' } });
    await orders.create('orders-3');
    orders.world.clock.advance(24 * HOUR_MS);
    assert.equal((await orders.instance('orders-3'))?.status, 'creating');
    orders.world.documentDb.processes.repair();
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'fails' } });
    await orders.create('orders-4');
    orders.world.clock.advance(HOUR_MS);
    assert.equal((await orders.instance('orders-3'))?.status, 'available');
    assert.equal((await orders.instance('orders-4'))?.status, 'failed');
  });

  test('makes an instance fail in its modification', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'fails' } });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'failed',
      instanceClass: 'db.r6g.large',
      pendingClass: undefined,
    });
  });

  test('makes a failover last for ever, until it is repaired', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'never-ends' } });
    await orders.failOver('orders-2');
    orders.world.clock.advance(24 * HOUR_MS);
    assert.deepEqual(await orders.cluster(), { status: 'failing-over', writers: ['orders-1'] });
    orders.world.documentDb.processes.repair();
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-1'] });
  });

  test('makes a failover change nothing', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({ fault: { kind: 'mishap', mishap: 'changes-nothing' } });
    await orders.failOver('orders-2');
    assert.equal((await orders.cluster()).status, 'failing-over');
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-1'] });
    assert.deepEqual(orders.world.documentDb.account.failovers, []);
  });

  test('hits the calls that were planned, and no others', async () => {
    const orders = ordersWorld(simulator);
    orders.world.faults.plan({
      fault: { kind: 'error', code: 'Throttling' },
      action: 'ModifyDBInstance',
      when: ({ input }) => input.DBInstanceIdentifier === 'orders-2',
      skip: 1,
      times: 2,
    });
    const seen: string[] = [];
    const note = (call: Promise<unknown>) =>
      call.then(
        () => void seen.push('accepted'),
        (error: Error) => void seen.push(error.name),
      );
    for (const tier of ['db.r6g.xlarge', 'db.r6g.large', 'db.r6g.xlarge', 'db.r6g.large']) {
      await note(orders.modify('orders-1', tier, false));
      await note(orders.modify('orders-2', tier, false));
    }
    assert.deepEqual(seen, [
      ...['accepted', 'accepted', 'accepted', 'Throttling'],
      ...['accepted', 'Throttling', 'accepted', 'accepted'],
    ]);
  });

  test('can be decided for each call, which is told whole', async () => {
    const orders = ordersWorld(simulator);
    const calls: SimulatedCall[] = [];
    orders.world.faults.decide = (call): Fault | undefined => {
      calls.push(call);
      return call.isMutation ? { kind: 'error', code: 'AccessDenied' } : undefined;
    };
    await orders.cluster();
    await assert.rejects(orders.delete('orders-2'), { name: 'AccessDenied' });
    assert.deepEqual(calls, [
      {
        service: 'documentdb',
        action: 'DescribeDBClusters',
        input: { DBClusterIdentifier: 'orders' },
        caller: 'caller',
        index: 0,
        at: orders.world.clock.now,
        isMutation: false,
      },
      {
        service: 'documentdb',
        action: 'DeleteDBInstance',
        input: { DBInstanceIdentifier: 'orders-2' },
        caller: 'caller',
        index: 1,
        at: orders.world.clock.now,
        isMutation: true,
      },
    ]);
    orders.world.faults.clear();
    await orders.delete('orders-2');
  });
});

function outcomes({ journal }: ReturnType<typeof ordersWorld>['world']): string[] {
  return journal.entries.map(({ action, outcome }) => `${action} ${outcome}`);
}
