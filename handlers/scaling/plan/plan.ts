import type { Expression, LocalDate } from '../time/expression.ts';

/** What a Custom::ScheduledScaling asks for, read and checked. Data; it can be stored as JSON. */
export interface Plan {
  /** The resource's attribute `PlanId`; names of replicas and of the schedule group come from it. */
  readonly id: string;
  /** IANA. */
  readonly timezone: string;
  /** Whether drift within a window is repaired, or only reported. */
  readonly enforce: boolean;
  /** What becomes of a window that is open when the plan is deleted. */
  readonly onDelete: 'restore' | 'leave';
  readonly bounds: Bounds;
  /** In the order of the template; names are unique. */
  readonly scenarios: readonly Scenario[];
}

/** No run goes over these. Undefined: only the service's own limits hold. */
export interface Bounds {
  /** Of a DocumentDB cluster, from 1 to 16. */
  readonly instanceCount?: number;
  /** Of an ECS service: its desired count, and the upper bound of its scalable target. */
  readonly desiredCount?: number;
}

/** Capacities that hold from each start to the end that follows it. */
export interface Scenario {
  readonly name: string;
  readonly start: Expression;
  readonly end: ScenarioEnd;
  /** Where windows of two scenarios are open for one target, the higher wins it. */
  readonly priority: number;
  /** Local dates on which it doesn't start. */
  readonly except: readonly LocalDate[];
  /** In this order at the start, in reverse at the end; no target stands twice. */
  readonly steps: readonly Step[];
}

export type ScenarioEnd =
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** Elapsed time from the start, whatever the clocks on the wall do meanwhile. */
  | { readonly kind: 'duration'; readonly durationMs: number };

export type Step = DocumentDbStep | EcsStep;

export interface DocumentDbStep {
  readonly target: DocumentDbTarget;
  readonly capacity: DocumentDbCapacity;
  /** What holds after the end, where it is not what was recorded at the start; what it doesn't name is restored. */
  readonly after?: DocumentDbCapacity;
}

export interface EcsStep {
  readonly target: EcsTarget;
  readonly capacity: EcsCapacity;
  readonly after?: EcsCapacity;
}

export type Target = DocumentDbTarget | EcsTarget;

export interface DocumentDbTarget {
  readonly kind: 'docdb';
  /** DBClusterIdentifier, in lower case. */
  readonly clusterId: string;
}

export interface EcsTarget {
  readonly kind: 'ecs';
  readonly cluster: string;
  readonly service: string;
}

/** What is asked of a DocumentDB cluster. What is undefined stays as it is. */
export interface DocumentDbCapacity {
  /** Of every instance. */
  readonly instanceClass?: string;
  /** Tried in turn where AWS has no capacity for `instanceClass`; only with it. */
  readonly fallbackClasses?: readonly string[];
  /** All instances, ours and not ours; 1 to 16. */
  readonly instanceCount?: number;
  /** With `stopped` nothing else can be asked. */
  readonly state?: 'running' | 'stopped';
  /** Of a serverless cluster, in DocumentDB capacity units (DCU), in steps of 0.5. */
  readonly minCapacity?: number;
  /** Whether a cluster's single instance may be changed in place, and instances be restarted by `minCapacity`. */
  readonly allowOutage: boolean;
}

/** What is asked of an ECS service: its desired count, or its scalable target's bounds. */
export type EcsCapacity =
  | { readonly desiredCount: number }
  | { readonly minCapacity?: number; readonly maxCapacity?: number };

/** A target's short name, by which everything of it is stored: `docdb/orders`, `ecs/prod/batch`. */
export function targetName(target: Target): string {
  return target.kind === 'docdb' ? `docdb/${target.clusterId}` : `ecs/${target.cluster}/${target.service}`;
}
