import { quote } from '../../cloudformation/properties.ts';
import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
import type { Target } from './plan.ts';

/** Where a stack is: what it names must be there too. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** What may name a target, in words. */
export const TARGET_SHAPE = 'docdb/<cluster>, ecs/<cluster>/<service>, or the ARN of either';

/** Longer texts name no target, in characters: an ARN with two names of ECS comes to some 570. */
const MAX_TARGET_CHARACTERS = 1024;

/**
 * 1 to 63 letters, digits and hyphens, the first a letter; kept in lower case.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html
 */
const CLUSTER_IDENTIFIER = /^(?=.{1,63}$)[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/;
/**
 * Of a cluster and of a service alike.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
 */
const ECS_NAME = /^[A-Za-z0-9_-]{1,255}$/;

const ARN =
  /^arn:(?<partition>aws[a-z-]*):(?<service>[a-z-]+):(?<region>[a-z0-9-]+):(?<accountId>[0-9]{12}):(?<resource>.+)$/;

/**
 * Reads a target from its short name or its ARN:
 *
 *     target := "docdb/" cluster | "ecs/" cluster "/" service
 *             | "arn:" partition ":rds:" region ":" account ":cluster:" cluster
 *             | "arn:" partition ":ecs:" region ":" account ":service/" cluster "/" service
 *
 * @param place An ARN of another account or Region is refused. Default: it isn't looked at.
 */
export function readTarget(text: string, place?: Place): Reading<Target> {
  if (text.length > MAX_TARGET_CHARACTERS) {
    return refused(`it has ${text.length} characters, allowed is ${TARGET_SHAPE}`);
  }
  const reading = text.startsWith('arn:') ? readArn(text, place) : readShortName(text);
  return reading.ok || reading.because === undefined ? reading : refused(`${quote(text)} ${reading.because}`);
}

function readShortName(text: string): Reading<Target> {
  const [kind, ...names] = text.split('/');
  if (kind === 'docdb') return readDocumentDb(names.join('/'));
  if (kind === 'ecs') return readEcs(names);
  return refused();
}

function readArn(text: string, place: Place | undefined): Reading<Target> {
  const { partition, service, region, accountId, resource } = ARN.exec(text)?.groups ?? {};
  if (!partition || !service || !region || !accountId || !resource) {
    return refused(`is no ARN of a cluster or a service, allowed is ${TARGET_SHAPE}`);
  }
  const stray = place && strayFrom(place, { partition, region, accountId });
  if (stray !== undefined) return refused(stray);
  const cluster = /^cluster:(?<id>.*)$/.exec(resource)?.groups?.id;
  if (service === 'rds' && cluster !== undefined) return readDocumentDb(cluster);
  const names = /^service\/(?<names>.*)$/.exec(resource)?.groups?.names;
  if (service === 'ecs' && names !== undefined) return readEcsArn(names.split('/'));
  return refused(`is the ARN of something else, allowed is ${TARGET_SHAPE}`);
}

function strayFrom(place: Place, named: Place): string | undefined {
  const parts = [
    { what: 'partition', is: named.partition, own: place.partition },
    { what: 'Region', is: named.region, own: place.region },
    { what: 'account', is: named.accountId, own: place.accountId },
  ];
  const stray = parts.find(({ is, own }) => is !== own);
  if (stray === undefined) return undefined;
  return `is in ${stray.what} ${stray.is}, allowed is what is in the stack's own, ${stray.own}`;
}

function readDocumentDb(clusterId: string): Reading<Target> {
  if (CLUSTER_IDENTIFIER.test(clusterId)) {
    return accepted({ kind: 'docdb', clusterId: clusterId.toLowerCase() });
  }
  return refused(
    'has no identifier of a cluster: 1 to 63 letters, digits and single hyphens, the first a letter, the last no hyphen',
  );
}

/** Until 2021 a service's ARN ended in `service/<service>`; some still do. */
function readEcsArn(names: readonly string[]): Reading<Target> {
  if (names.length !== 1) return readEcs(names);
  return refused(
    `is a service's ARN in the old, short format, which doesn't name the cluster, give ecs/<cluster>/${names[0]}`,
  );
}

function readEcs(names: readonly string[]): Reading<Target> {
  const [cluster, service, ...more] = names;
  if (cluster === undefined || service === undefined || more.length > 0) {
    return refused('does not name a cluster and a service: ecs/<cluster>/<service>');
  }
  if (ECS_NAME.test(cluster) && ECS_NAME.test(service)) return accepted({ kind: 'ecs', cluster, service });
  const wrong = ECS_NAME.test(cluster) ? 'service' : 'cluster';
  return refused(`has no name of a ${wrong}: 1 to 255 letters, digits, "-" and "_"`);
}
