import { isDeepStrictEqual } from 'node:util';
import type { OperationResult, Operator, Phase, ResourceState } from './operation.ts';
import {
  attributesAskedFor,
  dependenciesOf,
  deploymentOrder,
  type ResourceDefinition,
  resolveProperties,
  type Template,
} from './template.ts';
import type { RequestType, WireProperties } from './wire.ts';

export type DeploymentStatus =
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

/** What a stack's status is while a deployment runs. */
export type ProgressStatus =
  | 'CREATE_IN_PROGRESS'
  | 'ROLLBACK_IN_PROGRESS'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'DELETE_IN_PROGRESS';

/** Logical id → resource. */
export type Resources = ReadonlyMap<string, ResourceState>;

export interface DeploymentOutcome {
  readonly status: DeploymentStatus;
  readonly resources: Resources;
  /** Each resource that failed, with its reason, in order. */
  readonly failures: readonly ResourceFailure[];
}

export interface ResourceFailure {
  readonly logicalId: string;
  readonly phase: Phase;
  readonly reason: string;
}

/** What the forward phase did to one resource. */
interface Change {
  readonly logicalId: string;
  /** Undefined where it was created. */
  readonly before?: ResourceState;
  readonly after: ResourceState;
}

/**
 * One deployment: forward to the template; back where anything failed; then the cleanup of what is no longer
 * needed. The order of events is in the README beside this file.
 */
export class Deployment {
  readonly #operator: Operator;
  readonly #template: Template;
  readonly #formerTemplate: Template;
  readonly #former: Resources;
  readonly #resources: Map<string, ResourceState>;
  readonly #changes: Change[] = [];
  readonly #failures: ResourceFailure[] = [];
  #status: ProgressStatus | undefined;

  /** `former` is empty for a new stack. */
  constructor(operator: Operator, template: Template, formerTemplate: Template, former: Resources) {
    this.#operator = operator;
    this.#template = template;
    this.#formerTemplate = formerTemplate;
    this.#former = former;
    this.#resources = new Map(former);
  }

  /** How far it is; undefined before it began. */
  get status(): ProgressStatus | undefined {
    return this.#status;
  }

  async create(): Promise<DeploymentOutcome> {
    this.#status = 'CREATE_IN_PROGRESS';
    await this.#forward();
    if (this.#failures.length === 0) return this.#outcome('CREATE_COMPLETE');
    this.#status = 'ROLLBACK_IN_PROGRESS';
    const failed = await this.#deleteAll(this.#created(), 'rollback', this.#template);
    return this.#outcome(failed ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE');
  }

  async update(): Promise<DeploymentOutcome> {
    this.#status = 'UPDATE_IN_PROGRESS';
    await this.#forward();
    if (this.#failures.length > 0) return this.#rollBackUpdate();
    this.#status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
    const removed = deploymentOrder(this.#formerTemplate).filter((id) => this.#template[id] === undefined);
    const replaced = this.#changes.flatMap(({ before, after }) =>
      before && before.physicalId !== after.physicalId ? [before] : [],
    );
    for (const id of removed) this.#resources.delete(id);
    await this.#deleteReplaced(replaced, this.#template);
    await this.#deleteAll(statesOf(this.#former, removed), 'cleanup', this.#formerTemplate);
    // A Delete that fails in the cleanup is an event of the stack, and no failure of the update.
    return this.#outcome('UPDATE_COMPLETE');
  }

  /** Deletes the stack: everything in reverse order, what can go although something else can't. */
  async delete(): Promise<DeploymentOutcome> {
    this.#status = 'DELETE_IN_PROGRESS';
    const everything = statesOf(this.#former, deploymentOrder(this.#formerTemplate));
    const failed = await this.#deleteAll(everything, 'forward', this.#formerTemplate);
    return this.#outcome(failed ? 'DELETE_FAILED' : 'DELETE_COMPLETE');
  }

  /** Starts each resource when those it depends on are done. The first failure cancels what still runs. */
  async #forward(): Promise<void> {
    const stop = new AbortController();
    const running = new Map<string, Promise<void>>();
    for (const logicalId of deploymentOrder(this.#template)) {
      const dependencies = dependenciesOf(this.#template, logicalId).map((id) => running.get(id));
      const run = async (): Promise<void> => {
        await Promise.all(dependencies);
        if (stop.signal.aborted) return;
        if (!(await this.#forwardOne(logicalId, stop.signal))) stop.abort();
      };
      running.set(logicalId, run());
    }
    await Promise.all(running.values());
  }

  /** @returns whether it went well. */
  async #forwardOne(logicalId: string, cancelled: AbortSignal): Promise<boolean> {
    const definition = this.#definition(logicalId);
    const before = this.#former.get(logicalId);
    let properties: WireProperties;
    try {
      properties = resolveProperties(definition.properties, this.#resources);
      if (before) refuseChange(before, definition, properties);
    } catch (error) {
      return this.#fail(logicalId, 'forward', (error as Error).message);
    }
    if (before && isDeepStrictEqual(before.properties, properties)) return true;
    const { type } = definition;
    const { state, failure } = await this.#operator.perform({
      requestType: before ? 'Update' : 'Create',
      phase: 'forward',
      logicalId,
      type,
      properties,
      ...(before && { before }),
      attributes: attributesAskedFor(this.#template, logicalId),
      cancelled,
    });
    this.#changes.push({ logicalId, ...(before && { before }), after: state });
    this.#resources.set(logicalId, state);
    return failure === undefined || this.#fail(logicalId, 'forward', failure);
  }

  /**
   * Updates with the properties swapped, in dependency order, with the values that were sent before: attributes
   * are not asked again. A resource that was replaced is asked under its new id, and deleted under it afterwards.
   */
  async #rollBackUpdate(): Promise<DeploymentOutcome> {
    this.#status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    let failed = false;
    const replacedBack: ResourceState[] = [];
    for (const { logicalId, before, after } of this.#changesInOrder()) {
      if (!before) continue;
      const { state, failure } = await this.#operator.perform({
        requestType: 'Update',
        phase: 'rollback',
        logicalId,
        type: before.type,
        properties: before.properties,
        before: after,
        attributes: attributesAskedFor(this.#formerTemplate, logicalId),
      });
      if (failure !== undefined) {
        failed = true;
        this.#fail(logicalId, 'rollback', failure);
        continue;
      }
      this.#resources.set(logicalId, state);
      if (state.physicalId !== after.physicalId) replacedBack.push(after);
    }
    if (failed) return this.#outcome('UPDATE_ROLLBACK_FAILED');
    this.#status = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    const created = this.#created();
    for (const { logicalId } of created) this.#resources.delete(logicalId);
    await this.#deleteReplaced(replacedBack, this.#formerTemplate);
    await this.#deleteAll(created, 'cleanup', this.#template);
    return this.#outcome('UPDATE_ROLLBACK_COMPLETE');
  }

  /** What this deployment created, the failed ones too, in the template's order. */
  #created(): ResourceState[] {
    return this.#changesInOrder().flatMap(({ before, after }) => (before ? [] : [after]));
  }

  #changesInOrder(): Change[] {
    const order = deploymentOrder(this.#template);
    return this.#changes.toSorted((a, b) => order.indexOf(a.logicalId) - order.indexOf(b.logicalId));
  }

  /** Former resources under ids that nobody uses any more; the logical ids live on. */
  async #deleteReplaced(states: readonly ResourceState[], template: Template): Promise<void> {
    for (const state of states.toReversed()) {
      if (template[state.logicalId]?.updateReplacePolicy === 'Retain') continue;
      await this.#deleteOne(state, 'cleanup');
    }
  }

  /** @returns whether one of them failed. */
  async #deleteAll(states: readonly ResourceState[], phase: Phase, template: Template): Promise<boolean> {
    let failed = false;
    for (const state of states.toReversed()) {
      const policy = template[state.logicalId]?.deletionPolicy ?? 'Delete';
      const wasCreatedNow = !this.#former.has(state.logicalId);
      const isRetained = policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !wasCreatedNow);
      if (!isRetained && !(await this.#deleteOne(state, phase))) failed = true;
      else this.#resources.delete(state.logicalId);
    }
    return failed;
  }

  /** @returns whether it went well. */
  async #deleteOne(state: ResourceState, phase: Phase): Promise<boolean> {
    const { logicalId, type, properties } = state;
    const requestType: RequestType = 'Delete';
    const operation = { requestType, phase, logicalId, type, properties, before: state, attributes: [] };
    const { failure }: OperationResult = await this.#operator.perform(operation);
    return failure === undefined || this.#fail(logicalId, phase, failure);
  }

  #fail(logicalId: string, phase: Phase, reason: string): false {
    this.#failures.push({ logicalId, phase, reason });
    return false;
  }

  #definition(logicalId: string): ResourceDefinition {
    const definition = this.#template[logicalId];
    if (!definition) throw new Error(`The template has no resource ${logicalId}`);
    return definition;
  }

  #outcome(status: DeploymentStatus): DeploymentOutcome {
    return { status, resources: this.#resources, failures: this.#failures };
  }
}

/** What CloudFormation refuses before it asks anybody. */
function refuseChange(before: ResourceState, after: ResourceDefinition, properties: WireProperties): void {
  if (before.type !== after.type) throw new Error('Update of resource type is not permitted');
  if (before.properties.ServiceToken !== properties.ServiceToken) {
    throw new Error('Modifying service token is not allowed');
  }
}

function statesOf(resources: Resources, logicalIds: readonly string[]): ResourceState[] {
  return logicalIds.flatMap((id) => resources.get(id) ?? []);
}
