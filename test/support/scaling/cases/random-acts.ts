import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { GivenCluster, GivenService } from '../simulator-givens.ts';
import type { SeededRandom } from '../simulator-random.ts';
import { anyOf, weighted } from './draw.ts';
import { CLASSES } from './random-cluster.ts';
import type { WorldAct, WorldActKind } from './world-act.ts';

const MINUTE_MS = 60_000;
const MAX_ACTS = 3;

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** A person who meddles with a cluster, and instances that break, between two instants. */
export function randomClusterActs(
  cluster: GivenCluster,
  { from, until }: Span,
  random: SeededRandom,
): readonly WorldAct[] {
  const count = random.integer(1, MAX_ACTS);
  const acts: WorldAct[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = random.integer(from, until);
    const kind = randomClusterAct(cluster, index, random);
    acts.push({ at, ...kind });
    // What was stopped is started some time, and the other way round: the case is to come to an end.
    if (kind.kind === 'stop-cluster') {
      acts.push({ at: at + random.integer(20, 200) * MINUTE_MS, kind: 'start-cluster', cluster: cluster.id });
    }
  }
  return acts.sort((one, other) => one.at - other.at);
}

function randomClusterAct(cluster: GivenCluster, index: number, random: SeededRandom): WorldActKind {
  const instance = anyOf(cluster.instances, random).id;
  const instanceClass = cluster.serverless === undefined ? anyOf(CLASSES, random) : 'db.serverless';
  const several = cluster.instances.length > 1 ? 1 : 0;
  return weighted<WorldActKind>(
    [
      [20, { kind: 'fail-over', cluster: cluster.id }],
      [15 * several, { kind: 'fail-over', cluster: cluster.id, instance }],
      [
        15,
        {
          kind: 'add-instance',
          cluster: cluster.id,
          instance: `${cluster.id}-added-${index}`,
          instanceClass,
        },
      ],
      [15 * several, { kind: 'delete-instance', instance }],
      [
        cluster.serverless === undefined ? 15 : 0,
        { kind: 'resize-instance', instance, instanceClass, immediately: random.chance(0.8) },
      ],
      [12, { kind: 'stop-cluster', cluster: cluster.id }],
      [4, { kind: 'start-cluster', cluster: cluster.id }],
      [6 * several, { kind: 'fail-instance', instance }],
    ],
    random,
  );
}

/** A person who meddles with a service. */
export function randomServiceActs(
  { cluster, name: service, bounds }: GivenService,
  { from, until }: Span,
  random: SeededRandom,
): readonly WorldAct[] {
  const of = { cluster, service };
  return Array.from({ length: random.integer(1, MAX_ACTS) }, () => {
    const minCapacity = random.integer(0, 6);
    const act = weighted<WorldActKind>(
      [
        [40, { kind: 'set-desired-count', ...of, desiredCount: random.integer(0, 12) }],
        [
          bounds === undefined ? 0 : 30,
          { kind: 'set-bounds', ...of, minCapacity, maxCapacity: minCapacity + random.integer(0, 6) },
        ],
        [20, { kind: 'deploy', ...of }],
        [6, { kind: 'delete-service', ...of }],
      ],
      random,
    );
    return { at: random.integer(from, until), ...act };
  }).sort((one, other) => one.at - other.at);
}
