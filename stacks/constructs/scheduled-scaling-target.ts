import { Token } from 'aws-cdk-lib';
import type { IDBClusterRef } from 'aws-cdk-lib/aws-docdb';
import type { IBaseService, IServiceRef } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';

/** What a step of a `ScheduledScaling` scales. */
export class ScalingTarget {
  /** A DocumentDB cluster: a `DatabaseCluster`, a `CfnDBCluster`, or an imported one. */
  static documentDbCluster(cluster: IDBClusterRef): ScalingTarget {
    return new ScalingTarget('docdb', `docdb/${cluster.dbClusterRef.dbClusterId}`, cluster);
  }

  /** An ECS service: a `FargateService`, an `Ec2Service`, a `CfnService`, or an imported one. */
  static ecsService(service: IServiceRef): ScalingTarget {
    // A service's ARN names its cluster only in the long format, so it is the second choice.
    const name = isOfCluster(service)
      ? `ecs/${service.cluster.clusterName}/${service.serviceName}`
      : service.serviceRef.serviceArn;
    return new ScalingTarget('ecs', name, service);
  }

  /**
   * A cluster or a service that this app doesn't have: `docdb/<cluster>`, `ecs/<cluster>/<service>`, or the ARN of
   * either in the stack's own account and Region. Its owner tags it, or the service's `ScalableTargets` match it.
   */
  static fromName(name: string): ScalingTarget {
    return new ScalingTarget(undefined, name);
  }

  /** As the service reads it; it may be a token. */
  readonly name: string;
  /** Undefined where only the name says it. */
  readonly kind?: 'docdb' | 'ecs';
  /** What it was made of. */
  readonly resource?: IConstruct;

  private constructor(kind: ScalingTarget['kind'], name: string, resource?: IConstruct) {
    this.kind = kind;
    this.name = name;
    this.resource = resource;
  }

  /** For people: its name, or the path of a construct whose name is only known at deploy time. */
  get label(): string {
    return this.resource !== undefined && Token.isUnresolved(this.name) ? this.resource.node.path : this.name;
  }
}

function isOfCluster(service: IServiceRef): service is IBaseService {
  return 'cluster' in service && service.cluster !== undefined && 'serviceName' in service;
}
