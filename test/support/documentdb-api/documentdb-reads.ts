import { AwsError } from '../aws-wire/aws-error.ts';
import type { XmlValue } from '../aws-wire/xml.ts';
import {
  describeCluster,
  describeInstance,
  describeOrderableOption,
  describeTags,
} from './documentdb-answers.ts';
import type { DocumentDbInputs } from './documentdb-input.ts';
import type { DocumentDbState } from './documentdb-state.ts';
import { INSTANCE_CLASSES } from './instance-class.ts';

const DEFAULT_PAGE = 100;
const MIN_PAGE = 20;
const MAX_PAGE = 100;

type Answer = Record<string, XmlValue>;

export function describeClusters(
  state: DocumentDbState,
  input: DocumentDbInputs['DescribeDBClusters'],
): Answer {
  const { DBClusterIdentifier, Filters } = input;
  const wanted = wantedIds(Filters, ['db-cluster-id']);
  let clusters = [...state.clusters.values()].filter(({ id }) => wanted('db-cluster-id', id));
  if (DBClusterIdentifier !== undefined) {
    const id = idOf(DBClusterIdentifier);
    clusters = clusters.filter((cluster) => cluster.id === id);
    if (clusters.length === 0)
      throw new AwsError('DBClusterNotFoundFault', `DBCluster ${id} not found.`, 404);
  }
  const { records, marker } = page(clusters, input);
  return { DBClusters: records.map((cluster) => describeCluster(state, cluster)), Marker: marker };
}

export function describeInstances(
  state: DocumentDbState,
  input: DocumentDbInputs['DescribeDBInstances'],
): Answer {
  const { DBInstanceIdentifier, Filters } = input;
  const wanted = wantedIds(Filters, ['db-cluster-id', 'db-instance-id']);
  let instances = [...state.instances.values()].filter(
    ({ id, clusterId }) => wanted('db-cluster-id', clusterId) && wanted('db-instance-id', id),
  );
  if (DBInstanceIdentifier !== undefined) {
    const id = idOf(DBInstanceIdentifier);
    instances = instances.filter((instance) => instance.id === id);
    if (instances.length === 0) throw new AwsError('DBInstanceNotFound', `DBInstance ${id} not found.`, 404);
  }
  const { records, marker } = page(instances, input);
  return { DBInstances: records.map(describeInstance), Marker: marker };
}

export function listTags(state: DocumentDbState, arn: string): Answer {
  return { TagList: describeTags(taggedResource(state, arn).resource.tags) };
}

/** @throws AwsError for an ARN of nothing that is there. */
export function taggedResource(state: DocumentDbState, arn: string) {
  const match = /^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:(cluster|db):(.+)$/.exec(arn);
  if (match === null)
    throw new AwsError('InvalidParameterValue', `The specified resource name is invalid: ${arn}`);
  if (match[1] === 'cluster') {
    const resource = [...state.clusters.values()].find((cluster) => cluster.arn === arn);
    if (resource !== undefined) return { kind: 'cluster', resource } as const;
    throw new AwsError('DBClusterNotFoundFault', `DBCluster ${match[2]} not found.`, 404);
  }
  const resource = [...state.instances.values()].find((instance) => instance.arn === arn);
  if (resource !== undefined) return { kind: 'instance', resource } as const;
  throw new AwsError('DBInstanceNotFound', `DBInstance ${match[2]} not found.`, 404);
}

export function describeOrderableOptions(
  input: DocumentDbInputs['DescribeOrderableDBInstanceOptions'],
): Answer {
  if (input.Engine !== 'docdb') throw new AwsError('InvalidParameterValue', `Unknown engine ${input.Engine}`);
  const classes = [...INSTANCE_CLASSES].filter((name) => (input.DBInstanceClass ?? name) === name).sort();
  const { records, marker } = page(
    classes.map((id) => ({ id })),
    input,
  );
  return { OrderableDBInstanceOptions: records.map(({ id }) => describeOrderableOption(id)), Marker: marker };
}

/** An identifier or ARN, as it is stored. */
function idOf(text: string): string {
  return (text.startsWith('arn:') ? (text.split(':').at(-1) ?? '') : text).toLowerCase();
}

function wantedIds(
  filters: readonly { readonly Name: string; readonly Values: readonly string[] }[] = [],
  names: readonly string[],
): (name: string, id: string) => boolean {
  for (const { Name } of filters) {
    if (!names.includes(Name))
      throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${Name}`);
  }
  return (name, id) =>
    filters.filter(({ Name }) => Name === name).every(({ Values }) => Values.map(idOf).includes(id));
}

/** Ordered by id. The marker is the last id of the page before. */
function page<Record extends { readonly id: string }>(
  all: readonly Record[],
  { MaxRecords = DEFAULT_PAGE, Marker = '' }: { readonly MaxRecords?: number; readonly Marker?: string },
): { readonly records: readonly Record[]; readonly marker: string | undefined } {
  if (MaxRecords < MIN_PAGE || MaxRecords > MAX_PAGE) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value ${MaxRecords} for MaxRecords. Must be between ${MIN_PAGE} and ${MAX_PAGE}`,
    );
  }
  const after = Buffer.from(Marker, 'base64url').toString('utf8');
  const left = all.filter(({ id }) => id > after).sort((one, other) => (one.id < other.id ? -1 : 1));
  const records = left.slice(0, MaxRecords);
  const last = left.length > MaxRecords ? records.at(-1) : undefined;
  return { records, marker: last && Buffer.from(last.id).toString('base64url') };
}
