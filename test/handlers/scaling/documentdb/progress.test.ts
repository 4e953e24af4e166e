import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentDbChange } from '../../../../handlers/scaling/decision/change.ts';
import type { Progress } from '../../../../handlers/scaling/decision/next-change.ts';
import type { DocumentDbObservation } from '../../../../handlers/scaling/documentdb/observation.ts';
import { documentDbProgress } from '../../../../handlers/scaling/documentdb/progress.ts';
import { CLASSES, cluster, idOf, PLAN } from './cluster-samples.ts';

const start: DocumentDbChange = { kind: 'start-cluster' };
const stop: DocumentDbChange = { kind: 'stop-cluster' };
const change: DocumentDbChange = { kind: 'change-class', instance: 'orders-2', instanceClass: CLASSES.B };
const create: DocumentDbChange = {
  kind: 'create-replica',
  instance: idOf('o1'),
  instanceClass: CLASSES.B,
  owner: PLAN,
};
const remove: DocumentDbChange = { kind: 'delete-replica', instance: idOf('o1') };
const failOver: DocumentDbChange = { kind: 'fail-over', instance: 'orders-2' };
const setCapacity: DocumentDbChange = { kind: 'set-min-capacity', minCapacity: 4, maxCapacity: 16 };
const serverless = (minCapacity: number, spec = 'f1:L*') => cluster(spec, { minCapacity, maxCapacity: 16 });

const rows: readonly (readonly [DocumentDbChange, string | DocumentDbObservation, Progress, why: string])[] =
  [
    [start, 'f1:L*', 'done', 'it runs'],
    [start, 'f1:L* starting', 'done', 'its instances are waited for by whatever comes next'],
    [start, 'starting | f1:L* starting', 'under-way', 'it starts'],
    [start, 'maintenance | f1:L*', 'under-way', 'it runs, and will be available'],
    [start, 'stopped | f1:L* stopped', 'no-sign', 'it does not start'],
    [start, 'stopping | f1:L* stopping', 'no-sign', 'it stops'],
    [start, 'deleting | f1:L*', 'no-sign', 'it goes'],

    [stop, 'stopped | f1:L* stopped', 'done', 'it is stopped'],
    [stop, 'stopping | f1:L* stopping', 'under-way', 'it stops'],
    [stop, 'f1:L*', 'no-sign', 'it runs'],
    [stop, 'modifying | f1:L*', 'no-sign', 'it does something else'],

    [change, 'f1:L*, f2:B', 'done', 'it has its class'],
    [change, 'f1:L*, f2:B>B', 'done', 'it has its class, and that pends'],
    [change, 'f1:L*, f2:B storage-optimization', 'under-way', 'it has its class, and is not available'],
    [change, 'f1:L*, f2:L modifying', 'under-way', 'it is changed'],
    [change, 'f1:L*, f2:L>B rebooting', 'under-way', 'it is changed'],
    [change, 'f1:L*, f2:L>B', 'no-sign', 'the class only pends'],
    [change, 'f1:L*, f2:B>L', 'no-sign', 'another class is to come'],
    [change, 'f1:L*, f2:L', 'no-sign', 'nothing has begun'],
    [change, 'f1:L*, f2:L failed', 'done', 'it came to an end, for the planner to see'],
    [change, 'f1:L*, f2:B incompatible-network', 'done', 'it came to an end, for the planner to see'],
    [change, 'f1:L*, f2:L deleting', 'no-sign', 'it goes'],
    [change, 'f1:L*', 'no-sign', 'it is not there'],
    [change, 'stopped | f1:L* stopped, f2:B stopped', 'done', 'it has its class'],
    [change, 'stopped | f1:L* stopped, f2:L stopped', 'no-sign', 'somebody stopped the cluster before'],

    [create, 'f1:L*, o1:B', 'done', 'it is there'],
    [create, 'f1:L*, o1:L', 'done', 'it is there; its class is another change'],
    [create, 'f1:L*, o1:B creating', 'under-way', 'it is made'],
    [create, 'f1:L*, o1:B backing-up', 'under-way', 'it is there, and not available'],
    [create, 'f1:L*', 'no-sign', 'it is not there'],
    [create, 'f1:L*, o1:B failed', 'done', 'it came to an end, for the planner to see'],
    [create, 'f1:L*, o1:B insufficient-capacity', 'done', 'it came to an end, for the planner to see'],
    [create, 'f1:L*, o1:B deleting', 'no-sign', 'it goes'],

    [remove, 'f1:L*', 'done', 'it is gone'],
    [remove, 'f1:L*, o1:B deleting', 'under-way', 'it goes'],
    [remove, 'f1:L*, o1:B', 'no-sign', 'it is there'],
    [remove, 'f1:L*, o1:B modifying', 'no-sign', 'it does something else'],
    [remove, 'f1:L*, o1:B failed', 'no-sign', 'it is there'],

    [failOver, 'f1:L, f2:B*', 'done', 'it is the writer'],
    [
      failOver,
      'f1:L rebooting, f2:B*',
      'done',
      'it is the writer; the old one is waited for by what comes next',
    ],
    [
      failOver,
      'failing-over | f1:L, f2:B*',
      'under-way',
      'it is the writer, and the cluster is not available',
    ],
    [failOver, 'f1:L, f2:B* rebooting', 'under-way', 'it is the writer, and not available'],
    [failOver, 'failing-over | f1:L*, f2:B', 'under-way', 'it has begun'],
    [failOver, 'f1:L, f2:B', 'under-way', 'there is no writer'],
    [failOver, 'f1:L*, f2:B*', 'under-way', 'there are two'],
    [failOver, 'f1:L*, f2:B', 'no-sign', 'the old one is the writer'],
    [failOver, 'f1:L, f2:B, f3:B*', 'no-sign', 'another one is the writer'],
    [failOver, 'f1:L*, f2:B failed', 'no-sign', 'it can be the writer no more'],
    [failOver, 'f1:L*', 'no-sign', 'it is not there'],
    [failOver, 'stopped | f1:L* stopped, f2:B stopped', 'no-sign', 'the cluster is stopped'],
    [failOver, 'stopping | f1:L* stopping, f2:B stopping', 'no-sign', 'the cluster stops'],

    [setCapacity, serverless(4), 'done', 'it has the minimum'],
    [setCapacity, serverless(4, 'f1:L* rebooting'), 'under-way', 'its instances restart'],
    [setCapacity, serverless(4, 'modifying | f1:L*'), 'under-way', 'it is changed'],
    [setCapacity, serverless(2, 'modifying | f1:L*'), 'under-way', 'it is changed'],
    [setCapacity, serverless(2), 'no-sign', 'nothing has begun'],
    [setCapacity, 'f1:L*', 'no-sign', 'it is not serverless any more'],
  ];

for (const [called, seen, progress, why] of rows) {
  const told = typeof seen === 'string' ? seen : `${seen.status} ${seen.serverless?.minCapacity}`;
  test(`${called.kind}, and then ${told}: ${progress}, since ${why}`, () => {
    assert.equal(documentDbProgress(called, typeof seen === 'string' ? cluster(seen) : seen), progress);
  });
}
