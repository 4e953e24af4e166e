import { AwsError } from '../aws-wire/aws-error.ts';
import type { Mishap } from '../scaling/simulator-faults.ts';
import type { SeededRandom } from '../scaling/simulator-random.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { EcsAccount } from './ecs-account.ts';
import { type EcsDeployment, pendingCount, runningCount } from './ecs-state.ts';

const SECOND_MS = 1000;
/** In milliseconds, from the first to the second, both included. */
const TASK_START_MS = [15 * SECOND_MS, 90 * SECOND_MS] as const;
const TASK_STOP_MS = [5 * SECOND_MS, 40 * SECOND_MS] as const;
/** A task that can't start is tried again. */
const STUCK_TASK_RETRY_MS = 10 * 60 * SECOND_MS;
/** How long a deleted service can still be described. */
const INACTIVE_MS = 60 * 60 * SECOND_MS;
/** The circuit breaker gives a deployment up after so many tasks that did not start. */
const MAX_FAILED_TASKS = 3;

/** Tasks come and go by the clock, until a service has what it should. Each method begins at once. */
export class EcsProcesses {
  readonly #account: EcsAccount;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  /** What is wrong with new tasks of a deployment, by its id. */
  readonly #mishaps = new Map<string, Mishap>();
  /** How many tasks of a deployment are on their way out, by its id. */
  readonly #stopping = new Map<string, number>();
  #deployments = 0;

  constructor(account: EcsAccount, clock: VirtualClock, random: SeededRandom) {
    this.#account = account;
    this.#clock = clock;
    this.#random = random;
  }

  /** A deployment that is complete, for a service that was always there. */
  completeDeployment(runningCount: number): EcsDeployment {
    return {
      ...this.#newDeployment(),
      runningCount,
      rolloutState: 'COMPLETED',
      rolloutStateReason: 'ECS deployment completed.',
    };
  }

  /** It makes no new deployment, and what is wrong with the present one stays so. */
  setDesiredCount(key: string, desiredCount: number, mishap?: Mishap): void {
    const service = this.#account.findService(key);
    if (service === undefined) return;
    const id = service.deployments[0]?.id ?? '';
    if (mishap !== undefined) this.#mishaps.set(id, mishap);
    else if (service.desiredCount !== desiredCount && service.deployments[0]?.rolloutState !== 'FAILED') {
      this.#mishaps.delete(id);
    }
    this.#account.changeService(key, { desiredCount });
    this.#settle(key);
  }

  /** New tasks take the place of all others. */
  deploy(key: string, mishap?: Mishap): void {
    const service = this.#account.findService(key);
    if (service === undefined) return;
    const deployment = this.#newDeployment();
    if (mishap !== undefined) this.#mishaps.set(deployment.id, mishap);
    this.#account.changeService(key, { deployments: [deployment, ...service.deployments] });
    this.#settle(key);
  }

  /** @throws AwsError InvalidParameterException for one whose tasks were not scaled to 0 first, unless it is forced. */
  delete(key: string, force: boolean): void {
    const service = this.#account.findService(key);
    if (service === undefined) return;
    if (service.desiredCount > 0 && !force) {
      throw new AwsError(
        'InvalidParameterException',
        'The service cannot be stopped while it is scaled above 0.',
      );
    }
    this.#account.changeService(key, { status: 'DRAINING', desiredCount: 0 });
    this.#settle(key);
  }

  /** A running task ends by itself; the service starts another. */
  loseTask(key: string): void {
    const deployment = this.#account.findService(key)?.deployments.find(({ runningCount: n }) => n > 0);
    if (deployment === undefined) return;
    this.#account.changeDeployment(key, deployment.id, { runningCount: deployment.runningCount - 1 });
    this.#settle(key);
  }

  /** What is wrong with new tasks is put right: those that hang go on, and what failed is deployed again. */
  repair(): void {
    this.#mishaps.clear();
    for (const [key, { deployments }] of this.#account.state.services) {
      if (deployments[0]?.rolloutState === 'FAILED') this.deploy(key);
    }
  }

  /** Brings each deployment nearer to what it should have; called after whatever happens. */
  #settle(key: string): void {
    const service = this.#account.findService(key);
    const [primary, ...former] = service?.deployments ?? [];
    if (service === undefined || primary === undefined) return;
    this.#fill(key, primary, service.desiredCount);
    const stillNeeded = Math.max(0, service.desiredCount - primary.runningCount);
    let kept = 0;
    for (const deployment of former) {
      const wanted = Math.min(deployment.runningCount, stillNeeded - kept);
      kept += wanted;
      this.#drain(key, deployment, wanted);
    }
    this.#complete(key);
  }

  #fill(
    key: string,
    { id, runningCount: running, pendingCount: pending, ...more }: EcsDeployment,
    n: number,
  ) {
    if (running + pending > n) {
      this.#drain(key, { id, runningCount: running, pendingCount: pending, ...more }, n);
    } else if (running + pending < n && more.rolloutState !== 'FAILED') {
      this.#account.changeDeployment(key, id, { pendingCount: n - running });
      for (let task = running + pending; task < n; task += 1) this.#startTask(key, id);
    }
  }

  #startTask(key: string, id: string): void {
    this.#clock.after(this.#random.integer(...TASK_START_MS), () => {
      const deployment = this.#find(key, id);
      const mishap = this.#mishaps.get(id);
      if (deployment === undefined || deployment.pendingCount === 0) return;
      if (mishap === 'never-ends') {
        this.#clock.after(STUCK_TASK_RETRY_MS, () => this.#startTask(key, id));
        return;
      }
      const pending = deployment.pendingCount - 1;
      if (mishap === 'fails') this.#failTask(key, deployment);
      else {
        this.#account.changeDeployment(key, id, {
          pendingCount: pending,
          runningCount: deployment.runningCount + 1,
        });
      }
      this.#settle(key);
    });
  }

  #failTask(key: string, { id, pendingCount: pending, failedTasks }: EcsDeployment): void {
    const isGivenUp = failedTasks + 1 >= MAX_FAILED_TASKS;
    this.#account.changeDeployment(key, id, {
      pendingCount: isGivenUp ? 0 : pending - 1,
      failedTasks: failedTasks + 1,
      ...(isGivenUp && {
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      }),
    });
  }

  /** Pending ones are dropped at once, running ones take time to stop. */
  #drain(key: string, { id, runningCount: running, pendingCount: pending }: EcsDeployment, n: number): void {
    const left = Math.max(0, Math.min(pending, n - running));
    if (left !== pending) this.#account.changeDeployment(key, id, { pendingCount: left });
    for (let task = n + (this.#stopping.get(id) ?? 0); task < running; task += 1) {
      this.#stopping.set(id, (this.#stopping.get(id) ?? 0) + 1);
      this.#clock.after(this.#random.integer(...TASK_STOP_MS), () => this.#stopTask(key, id));
    }
  }

  /** Unless enough have stopped, or the task is wanted again. */
  #stopTask(key: string, id: string): void {
    this.#stopping.set(id, (this.#stopping.get(id) ?? 1) - 1);
    const service = this.#account.findService(key);
    const deployment = this.#find(key, id);
    if (service === undefined || deployment === undefined || deployment.runningCount === 0) return;
    if (runningCount(service) <= service.desiredCount) return;
    this.#account.changeDeployment(key, id, { runningCount: deployment.runningCount - 1 });
    this.#settle(key);
  }

  #complete(key: string): void {
    const service = this.#account.findService(key);
    const primary = service?.deployments[0];
    if (service === undefined || primary === undefined) return;
    if (service.status === 'DRAINING' && runningCount(service) + pendingCount(service) === 0) {
      this.#account.changeService(key, { status: 'INACTIVE', deployments: [] });
      this.#clock.after(INACTIVE_MS, () => {
        if (this.#account.findService(key)?.status === 'INACTIVE') this.#account.removeService(key);
      });
      return;
    }
    const isSettled =
      primary.runningCount === service.desiredCount && runningCount(service) === service.desiredCount;
    if (!isSettled || primary.rolloutState !== 'IN_PROGRESS') return;
    this.#account.changeService(key, {
      deployments: [
        { ...primary, rolloutState: 'COMPLETED', rolloutStateReason: 'ECS deployment completed.' },
      ],
    });
  }

  #find(key: string, id: string): EcsDeployment | undefined {
    return this.#account.findService(key)?.deployments.find((deployment) => deployment.id === id);
  }

  #newDeployment(): EcsDeployment {
    this.#deployments += 1;
    return {
      id: `ecs-svc/${String(this.#deployments).padStart(19, '0')}`,
      runningCount: 0,
      pendingCount: 0,
      failedTasks: 0,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'ECS deployment in progress.',
      createdAt: this.#clock.now,
    };
  }
}
