import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { readPlan } from '../../handlers/scaling/plan/plan-reader.ts';
import type { Place } from '../../handlers/scaling/plan/target-name.ts';
import { refusalOf, requestMistakes, throwMistakes } from './mistakes.ts';
import type { ScheduledScalingProps } from './scheduled-scaling.ts';
import { scheduledScalingProperties } from './scheduled-scaling-properties.ts';
import type { ScalingTarget } from './scheduled-scaling-target.ts';

/**
 * Checks what is known at synthesis, by the service's own reader. A target whose name is a token is known by its kind;
 * any other token leaves the plan to the service, which checks everything again.
 * @throws Error that names every property whose value is not allowed, with the value and what is allowed.
 */
export function checkScheduledScalingProps(scope: IConstruct, props: ScheduledScalingProps): void {
  throwMistakes(scope, [...planMistakes(scope, props), ...requestMistakes(props)]);
}

function planMistakes(scope: IConstruct, props: ScheduledScalingProps): string[] {
  const standIns = new StandIns();
  const properties = scheduledScalingProperties(props, (target) => standIns.nameOf(target));
  if (hasToken(properties)) return [];
  const refusal = refusalOf(() =>
    readPlan({ id: scope.node.path, properties, place: findPlace(Stack.of(scope)), now: Date.now() }),
  );
  return refusal === undefined ? [] : [standIns.replaceIn(refusal)];
}

/** Undefined where the stack may be anywhere. */
function findPlace({ partition, region, account }: Stack): Place | undefined {
  if ([partition, region, account].some((part) => Token.isUnresolved(part))) return undefined;
  return { partition, region, accountId: account };
}

function hasToken(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasToken);
}

/** Names for targets whose own names are only known at deploy time: each resource has its own. */
class StandIns {
  readonly #labels: string[] = [];
  readonly #names: string[] = [];

  nameOf({ kind, name, label }: ScalingTarget): string {
    if (kind === undefined || !Token.isUnresolved(name)) return name;
    const known = this.#names.indexOf(name);
    const index = known === -1 ? this.#names.push(name) - 1 : known;
    this.#labels[index] = label;
    return kind === 'docdb' ? `docdb/unresolved-${index}` : `ecs/unresolved-${index}/unresolved-${index}`;
  }

  /** People know the constructs by their paths. */
  replaceIn(sentence: string): string {
    return sentence.replaceAll(
      /docdb\/unresolved-(\d+)|ecs\/unresolved-(\d+)\/unresolved-\d+/g,
      (standIn, cluster, service) => this.#labels[Number(cluster ?? service)] ?? standIn,
    );
  }
}
