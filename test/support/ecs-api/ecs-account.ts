import { AwsError } from '../aws-wire/aws-error.ts';
import { StateHistory } from '../scaling/simulator-history.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { EcsDeployment, EcsService, EcsState, ScalableTarget } from './ecs-state.ts';

/** Clusters, services and scalable targets of one account. All changes go through here. */
export class EcsAccount {
  readonly history = new StateHistory<EcsState>({
    clusters: new Set(),
    services: new Map(),
    scalableTargets: new Map(),
  });
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get state(): EcsState {
    return this.history.current;
  }

  addCluster(name: string): void {
    this.#set({ clusters: new Set([...this.state.clusters, name]) });
  }

  /** @param key `<cluster>/<service>` */
  findService(key: string): EcsService | undefined {
    return this.state.services.get(key);
  }

  putService(service: EcsService): void {
    const key = `${service.cluster}/${service.name}`;
    this.#set({ services: new Map(this.state.services).set(key, service) });
  }

  changeService(key: string, change: Partial<EcsService>): void {
    const service = this.findService(key);
    if (service !== undefined) this.putService({ ...service, ...change });
  }

  changeDeployment(key: string, id: string, change: Partial<EcsDeployment>): void {
    const deployments = this.findService(key)?.deployments.map((deployment) =>
      deployment.id === id ? { ...deployment, ...change } : deployment,
    );
    if (deployments !== undefined) this.changeService(key, { deployments });
  }

  removeService(key: string): void {
    const services = new Map(this.state.services);
    services.delete(key);
    this.#set({ services });
  }

  findScalableTarget(key: string): ScalableTarget | undefined {
    return this.state.scalableTargets.get(key);
  }

  putScalableTarget(key: string, target: ScalableTarget): void {
    this.#set({ scalableTargets: new Map(this.state.scalableTargets).set(key, target) });
  }

  /** @throws AwsError ObjectNotFoundException */
  removeScalableTarget(key: string): void {
    const scalableTargets = new Map(this.state.scalableTargets);
    if (!scalableTargets.delete(key)) {
      throw new AwsError('ObjectNotFoundException', `No scalable target found for service/${key}`);
    }
    this.#set({ scalableTargets });
  }

  #set(change: Partial<EcsState>): void {
    this.history.set({ ...this.state, ...change }, this.#clock.now);
  }
}
