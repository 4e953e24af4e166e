import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext } from 'node:test';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CreateDBClusterCommand, CreateDBInstanceCommand, DocDBClient } from '@aws-sdk/client-docdb';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type KnownDifferences, testConformance } from '../support/aws-wire/conformance.ts';
import { DOCUMENTDB_TESTS, type DocumentDbTest } from '../support/documentdb-api/documentdb-api-suite.ts';
import type { DocumentDbUnderTest } from '../support/documentdb-api/documentdb-under-test.ts';
import { ECS_TESTS, type EcsTest } from '../support/ecs-api/ecs-api-suite.ts';
import {
  SCALABLE_TARGETS_TESTS,
  type ScalableTargetsTest,
} from '../support/ecs-api/scalable-targets-suite.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { witness } from '../support/witness.ts';

/*
 * The suites that our simulator of DocumentDB, ECS and Application Auto Scaling passes (test/support/), over two servers that others
 * wrote. Where one of them differs, the API reference says what our simulator does. moto knows no engine `docdb`;
 * Aurora has the same API.
 */

const AT_ONCE = 'every change is done when it is answered';
const NOT_CHECKED = 'it is not checked';

const MOTO_DOCUMENTDB: KnownDifferences<DocumentDbTest> = {
  'a page has from 20 to 100 records': NOT_CHECKED,
  'a class only pends without ApplyImmediately': 'it changes all the same',
  'a class takes its time to change': AT_ONCE,
  'a class that does not exist is refused': NOT_CHECKED,
  'an instance takes its time to be created': AT_ONCE,
  'a promotion tier is from 0 to 15': NOT_CHECKED,
  'a cluster has at most 16 instances': NOT_CHECKED,
  'an instance that is being deleted is still there': AT_ONCE,
  'a failover takes its time, and the cluster shows it': AT_ONCE,
  'a cluster that is stopped has stopped instances, and is started again': 'its instances stay available',
  'a cluster takes its time to stop and to start': AT_ONCE,
  'a stopped cluster refuses every change': 'it takes them',
  'an instance that is not available refuses to be changed': AT_ONCE,
  'a serverless capacity goes by half steps, and its minimum is not over its maximum': NOT_CHECKED,
  'tags of what is not there are a fault': 'there are none',
  'the classes that can be had are listed': 'it can not be asked for one class',
};

const MOTO_ECS: KnownDifferences<EcsTest> = {
  'a service that is settled runs what it should': 'its first tasks only pend',
  'its deployment is complete': 'its first deployment never is',
  'from 1 to 10 services are described at once': NOT_CHECKED,
  'a desired count takes its time': AT_ONCE,
  'a desired count is not below 0': NOT_CHECKED,
  'a deleted service is INACTIVE, and is not updated any more': 'it is updated',
};

const MOTO_SCALABLE_TARGETS: KnownDifferences<ScalableTargetsTest> = {
  'a new scalable target needs both bounds': NOT_CHECKED,
  'the minimum is not over the maximum, and not below 0': NOT_CHECKED,
  'the service comes within the bounds': 'bounds do nothing',
  'a scalable target that is not there is not removed': 'the exception is another one',
  'a dimension is asked for only with a resource': NOT_CHECKED,
};

const MINISTACK_DOCUMENTDB: KnownDifferences<DocumentDbTest> = {
  'an instance is found whatever the case of the letters':
    'identifiers are kept and compared as they are written',
  'an identifier is stored in lower case': 'identifiers are kept and compared as they are written',
  'the filter db-cluster-id gives nothing of a cluster that is not there': 'filters do nothing',
  'a filter that is not known is refused': 'filters do nothing',
  'a page has from 20 to 100 records': NOT_CHECKED,
  'a class takes its time to change': AT_ONCE,
  'a class that does not exist is refused': NOT_CHECKED,
  'an instance takes its time to be created': AT_ONCE,
  'an instance needs a cluster that is there': NOT_CHECKED,
  'an identifier begins with a letter, and has no two hyphens in a row and none at the end': NOT_CHECKED,
  'a promotion tier is from 0 to 15': NOT_CHECKED,
  'a cluster has at most 16 instances': NOT_CHECKED,
  'an instance that is being deleted is still there': AT_ONCE,
  'another takes over where the writer is deleted': 'the cluster has no writer any more',
  'a failover takes its time, and the cluster shows it': AT_ONCE,
  'a cluster takes its time to stop and to start': AT_ONCE,
  'a stopped cluster refuses every change': 'it takes them',
  'an instance that is not available refuses to be changed': AT_ONCE,
  'a serverless minimum is set': 'clusters have no serverless capacity',
  'a serverless capacity goes by half steps, and its minimum is not over its maximum':
    'clusters have no serverless capacity',
  'tags of what is not there are a fault': 'there are none',
};

const MINISTACK_ECS: KnownDifferences<EcsTest> = {
  'its tags come only where they are asked for': 'they always come',
  'a cluster that is not there is an exception': 'its services are MISSING',
  'from 1 to 10 services are described at once': NOT_CHECKED,
  'a desired count takes its time': AT_ONCE,
  'a desired count is not below 0': NOT_CHECKED,
  'a deleted service is INACTIVE, and is not updated any more': 'it is updated',
};

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  testConformance(
    "moto's DocumentDB",
    DOCUMENTDB_TESTS,
    async (context) => {
      await moto.reset();
      return documentDbAt(context, moto.origin, 'test', 'aurora-postgresql');
    },
    MOTO_DOCUMENTDB,
  );

  testConformance(
    "moto's ECS",
    ECS_TESTS,
    async (context) => {
      await moto.reset();
      return { client: await ecsAt(context, moto.origin, 'test'), settle: () => {} };
    },
    MOTO_ECS,
  );

  testConformance(
    "moto's Application Auto Scaling",
    SCALABLE_TARGETS_TESTS,
    async (context) => {
      await moto.reset();
      const ecs = await ecsAt(context, moto.origin, 'test');
      const client = new ApplicationAutoScalingClient(at(moto.origin, 'test'));
      context.after(() => client.destroy());
      return { client, ecs };
    },
    MOTO_SCALABLE_TARGETS,
  );
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-scaling-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  testConformance(
    "MiniStack's DocumentDB",
    DOCUMENTDB_TESTS,
    async (context) => documentDbAt(context, ministack.endpoint.origin, nextAccount(), 'docdb'),
    MINISTACK_DOCUMENTDB,
  );

  testConformance(
    "MiniStack's ECS",
    ECS_TESTS,
    async (context) => ({
      client: await ecsAt(context, ministack.endpoint.origin, nextAccount()),
      settle: () => {},
    }),
    MINISTACK_ECS,
  );

  /** Its accounts are told by the access key, and empty at first. */
  function nextAccount(): string {
    account += 1;
    return String(account).padStart(12, '0');
  }
});

async function documentDbAt(
  context: TestContext,
  endpoint: string,
  accessKeyId: string,
  engine: string,
): Promise<DocumentDbUnderTest> {
  const client = new DocDBClient(at(endpoint, accessKeyId));
  context.after(() => client.destroy());
  await client.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'orders',
      Engine: engine,
      MasterUsername: 'owner',
      MasterUserPassword: 'example-password',
      ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 8 },
    }),
  );
  for (const DBInstanceIdentifier of ['orders-1', 'orders-2']) {
    await client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBInstanceClass: 'db.r6g.large',
        Engine: engine,
        DBClusterIdentifier: 'orders',
      }),
    );
  }
  // Their changes are done when they are answered.
  return { client, engine, settle: () => {} };
}

async function ecsAt(context: TestContext, endpoint: string, accessKeyId: string): Promise<ECSClient> {
  const client = new ECSClient(at(endpoint, accessKeyId));
  context.after(() => client.destroy());
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await client.send(
    new RegisterTaskDefinitionCommand({
      family: 'batch',
      containerDefinitions: [{ name: 'batch', image: 'example.com/batch:1', memory: 512 }],
    }),
  );
  await client.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'batch',
      taskDefinition: 'batch',
      desiredCount: 2,
      tags: [{ key: 'deploytime:scaling', value: 'true' }],
    }),
  );
  return client;
}

function at(endpoint: string, accessKeyId: string) {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}
