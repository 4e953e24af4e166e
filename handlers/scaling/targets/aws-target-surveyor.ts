import type { DBInstance } from '@aws-sdk/client-docdb';
import type { Patience } from '../../registry/throttling.ts';
import type { SurveyWishes, TargetSurvey, TargetSurveyor } from '../deployment/target-survey.ts';
import type { DocumentDbTarget, EcsTarget, Target } from '../plan/plan.ts';
import { targetName } from '../plan/plan.ts';
import { targetPatternExpression } from '../plan/target-pattern.ts';
import { readObservation } from './documentdb-observation.ts';
import { DocumentDbReads } from './documentdb-reads.ts';
import { readEcsObservation } from './ecs-observation.ts';
import { describeService, EcsReads } from './ecs-reads.ts';
import { findOrderableClasses } from './orderable-classes.ts';
import { ownerOf } from './replica-owners.ts';
import type { ScalingClients } from './scaling-clients.ts';
import { PERMISSION_TAG } from './tags.ts';

export interface AwsTargetSurveyorOptions {
  readonly clients: ScalingClients;
  /** Patterns of short names: what matches one may be changed without the tag. Default: none. */
  readonly scalableTargets?: readonly string[];
  /** How long throttled reads are waited for. */
  readonly patience?: Patience;
}

/** Looks at clusters and services as their APIs show them, and at the tags by which IAM lets them be changed. */
export class AwsTargetSurveyor implements TargetSurveyor {
  readonly #documentDb: DocumentDbReads;
  readonly #ecs: EcsReads;
  readonly #options: AwsTargetSurveyorOptions;
  readonly #named: RegExp | undefined;
  /** An instance's ARN doesn't say its cluster; so the role may change those whose names begin as the cluster's. */
  readonly #namedInstances: RegExp | undefined;

  constructor(options: AwsTargetSurveyorOptions) {
    const { clients, scalableTargets = [], patience } = options;
    this.#options = options;
    this.#documentDb = new DocumentDbReads(clients.documentDb.reads, patience);
    this.#ecs = new EcsReads(clients.ecs.reads, clients.autoScaling.reads, patience);
    this.#named = targetPatternExpression(scalableTargets);
    this.#namedInstances = targetPatternExpression(
      scalableTargets.flatMap((pattern) => [pattern, `${pattern}-*`]),
    );
  }

  async survey(target: Target, wishes: SurveyWishes, signal: AbortSignal): Promise<TargetSurvey | undefined> {
    return target.kind === 'docdb'
      ? this.#surveyCluster(target, wishes, signal)
      : this.#surveyService(target, signal);
  }

  async #surveyCluster(
    target: DocumentDbTarget,
    wishes: SurveyWishes,
    signal: AbortSignal,
  ): Promise<TargetSurvey | undefined> {
    const { clusterId } = target;
    const cluster = await this.#documentDb.findCluster(clusterId, signal);
    if (cluster === undefined) return undefined;
    const instances = await this.#documentDb.listInstances(clusterId, signal);
    const owners = new Map<string, string>();
    const forbidden: string[] = [];
    const clusterTags = await this.#documentDb.findTags(cluster.DBClusterArn ?? '', signal);
    if (!this.#named?.test(targetName(target)) && !isPermitted(clusterTags)) {
      forbidden.push(`the cluster ${clusterId}`);
    }
    for (const instance of instances) {
      const tags = await this.#documentDb.findTags(instance.DBInstanceArn ?? '', signal);
      const owner = ownerOf(tags ?? []);
      if (owner !== undefined) owners.set(instance.DBInstanceIdentifier ?? '', owner);
      if (wishes.instances && !this.#isNamedInstance(instance) && !isPermitted(tags)) {
        forbidden.push(`the instance ${instance.DBInstanceIdentifier}`);
      }
    }
    const { clients, patience } = this.#options;
    return {
      observed: readObservation(target, { cluster, instances, owners }),
      forbidden,
      ...(wishes.classes && {
        orderableClasses: await findOrderableClasses({
          client: clients.documentDb.reads,
          clusterId,
          signal,
          ...(patience && { patience }),
        }),
      }),
    };
  }

  #isNamedInstance({ DBInstanceIdentifier }: DBInstance): boolean {
    return this.#namedInstances?.test(`docdb/${DBInstanceIdentifier}`) === true;
  }

  async #surveyService(target: EcsTarget, signal: AbortSignal): Promise<TargetSurvey | undefined> {
    const service = await this.#ecs.findService(target, signal);
    if (service === undefined) return undefined;
    const tags = service.tags?.map(({ key, value }) => ({ Key: key, Value: value }));
    const isAllowed = this.#named?.test(targetName(target)) === true || isPermitted(tags);
    return {
      observed: readEcsObservation(target, service, await this.#ecs.findScalableTarget(target, signal)),
      forbidden: isAllowed ? [] : [describeService(target)],
    };
  }
}

interface AnyTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

function isPermitted(tags: readonly AnyTag[] = []): boolean {
  return tags.some(({ Key, Value }) => Key === PERMISSION_TAG.key && Value === PERMISSION_TAG.value);
}
