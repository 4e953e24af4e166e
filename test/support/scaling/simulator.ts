import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedService } from './simulator-faults.ts';
import { REGION, SimulatorWorld, type SimulatorWorldOptions } from './simulator-world.ts';

/*
 * A strict simulator of the control planes of DocumentDB, ECS and Application Auto Scaling on a virtual clock, spoken to
 * over HTTP by the SDK's own clients. One server has any number of worlds; a world is one account in one Region, told by
 * its access key id. Instants and durations are in milliseconds.
 *
 *   await using simulator = await startScalingSimulator();
 *   const world = simulator.world({ seed: 7, readLagMs: 60_000 });
 *   world.given.cluster({ id: 'orders', instances: [
 *     { id: 'orders-1', instanceClass: 'db.r6g.large' },            // the first is the writer
 *     { id: 'orders-2', instanceClass: 'db.r6g.large', promotionTier: 2 } ] });
 *   world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2 });
 *   const { documentDb, ecs, autoScaling } = world.clients('run-1');    // `run-1` is the journal's caller
 *   await documentDb.send(new ModifyDBInstanceCommand({ … }));          // accepted, refused, reset: as AWS does
 *   world.clock.advance(10 * 60_000);                                   // time goes on only so
 *
 * What there is of a world:
 * - `clock`      VirtualClock: now, advance, advanceTo, at, after. Share one among worlds and your own timers.
 * - `given`      what it begins with: `cluster({ id, instances, writer?, status?, serverless?, engine?, tags? })` and
 *                `service({ cluster, name, desiredCount, bounds?, tags? })`.
 * - `clients(caller?)`        SDK clients without retries. They need no destroy: connections are the simulator's.
 * - `configuration(caller?)`  the same for clients of your own: endpoint, region, credentials, requestHandler.
 * - `readLagMs`  a read shows the state of up to so long ago (at most 60,000), drawn for each read; 0: never late.
 * - `faults`     `plan({ fault, action?, when?, skip?, times? })`, or `decide = (call) => fault | undefined`.
 *                Faults: error, reset, lost-answer, error-afterwards, mishap: see simulator-faults.ts.
 * - `operator`   a person who meddles: addInstance, deleteInstance, resizeInstance, failOver, startCluster, stopCluster,
 *                scaleServerless, setDesiredCount, deploy, deleteService, setScalableTarget, removeScalableTarget.
 *                Throws AwsError where AWS refuses.
 * - `journal`    `entries`: every mutating call with instant, caller, input, outcome and the true state before it, with
 *                `recentWriters` (now or in the last 60 s); `accepted(action?)`; `counts` of all calls by action;
 *                `violations`: requests that no client of AWS should send.
 * - `capacity()` a snapshot for `deepEqual`.
 * - `documentDb.limits`     `refuseCapacity({ instanceClass, times?, from?, until? })`, `restoreCapacity()`, `instanceQuota`.
 * - `documentDb.account`    the truth: `state`, `failovers` (at, from, to, cause), `outages` (from, until, cause).
 * - `documentDb.processes`  `failInstance(id)`: it breaks now; `repair()`: what hangs or failed is available again.
 * - `ecs.account`           the truth: `state`.
 * - `ecs.processes`         `deploy(key, mishap?)`, `loseTask(key)`, `repair()`; a key is `<cluster>/<service>`.
 *
 * A world is kept until `simulator.remove(world)`: with thousands of them, remove each when its case is over. One process
 * makes 1,000 to 1,600 calls a second, nine tenths of it in the SDK and in Node's HTTP; two processes make twice as many.
 */

/** No call of ours comes near it. */
const MAX_REQUEST_BYTES = 64 * 1024;
/** More than one test process has in use at once. */
const MAX_CONNECTIONS = 32;

export interface ScalingSimulator extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** A new world. */
  world(options?: SimulatorWorldOptions): SimulatorWorld;
  /** Forgets a world; without it a world is kept as long as the simulator. */
  remove(world: SimulatorWorld): void;
  close(): Promise<void>;
}

/** Clients may destroy what they were given; the connections serve the other worlds on. */
class LastingAgent extends Agent {
  override destroy(): void {}

  close(): void {
    super.destroy();
  }
}

export async function startScalingSimulator(): Promise<ScalingSimulator> {
  const worlds = new Map<string, SimulatorWorld>();
  const agent = new LastingAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const server = createServer({ keepAlive: true }, (request, response) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      parts.push(part);
      if (length > MAX_REQUEST_BYTES) request.destroy();
    });
    request.on('end', () => answer(request, response, Buffer.concat(parts).toString('utf8'), worlds));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let made = 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      agent.close();
    });
  return {
    origin,
    world: (options = {}) => {
      made += 1;
      const world = new SimulatorWorld({ id: `AKIDWORLD${made}`, origin, agent }, options);
      worlds.set(world.id, world);
      return world;
    },
    remove: ({ id }) => void worlds.delete(id),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;
/** By the name for which a request is signed. */
const SERVICES: ReadonlyMap<string, SimulatedService> = new Map([
  ['rds', 'documentdb'],
  ['ecs', 'ecs'],
  ['application-autoscaling', 'application-autoscaling'],
]);

/** It checks for whom, where and for what a request is signed, not whether the signature is right. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  worlds: ReadonlyMap<string, SimulatorWorld>,
): void {
  const { headers, method, url } = request;
  const [, accessKeyId = '', region, name = ''] = CREDENTIAL.exec(headers.authorization ?? '') ?? [];
  const world = worlds.get(accessKeyId);
  const service = SERVICES.get(name);
  if (world === undefined || service === undefined || region !== REGION || method !== 'POST' || url !== '/') {
    world?.journal.violations.push(`${method} ${url}, signed for ${name} in ${region}, is no call`);
    response.writeHead(403).end();
    return;
  }
  const reply = world.receive(
    service,
    {
      body,
      target: String(headers['x-amz-target'] ?? ''),
      contentType: headers['content-type'] ?? '',
    },
    String(headers['x-amz-security-token'] ?? ''),
  );
  if (reply === 'reset') {
    request.socket.destroy();
    return;
  }
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    'x-amzn-requestid': reply.requestId,
  });
  response.end(reply.body);
}
