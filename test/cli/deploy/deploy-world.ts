import { CliError } from '../../../cli/cli-error.ts';
import { AGREED, type Confirmation, type Question } from '../../../cli/confirmation.ts';
import type { Change } from '../../../cli/deploy/change.ts';
import type { ChangeSetRequest, ChangeSetState, ChangeSets } from '../../../cli/deploy/change-set-store.ts';
import {
  type DeployOutcome,
  type DeployRequest,
  deploy,
  type Proposal,
} from '../../../cli/deploy/deployment.ts';
import { readServiceTemplate } from '../../../cli/deploy/service-template.ts';
import type { StackEvent } from '../../../cli/deploy/stack-event.ts';
import type { Stacks } from '../../../cli/deploy/stack-store.ts';
import type { BucketState, TemplateBuckets } from '../../../cli/deploy/template-bucket.ts';
import { smallServiceTemplate } from '../service-template.ts';

export const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/deploytime/1';
const PLACE = { partition: 'aws', accountId: '111122223333', region: 'eu-central-1' };
const CHANGE_SET_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:changeSet/deploytime-t/2';

export const ADDED: Change = {
  action: 'add',
  logicalId: 'Role',
  type: 'AWS::IAM::Role',
  physicalId: undefined,
  replacement: 'no',
  isRetained: false,
  properties: [],
};

/** What the account is like, and how its parts behave. */
export interface Givens {
  /** The stack's status; undefined: there is none. */
  readonly status?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** What is deployed. */
  readonly present?: string;
  readonly buckets?: Readonly<Record<string, BucketState>>;
  /** What the change set says, look by look; the last one stays. Default: one resource is added. */
  readonly changeSet?: readonly Partial<ChangeSetState>[];
  /** What each look at the stack finds once it was executed. Default: it is done. */
  readonly execution?: readonly {
    readonly status: string;
    readonly events?: readonly string[];
  }[];
  /** By `port.method`: what it fails with, or does, when it is called. */
  readonly faults?: Readonly<Record<string, () => void>>;
  readonly confirmation?: Confirmation;
}

/** A stack, its change sets and buckets, without AWS: what was done is kept in `log`. */
export class DeployTestWorld {
  readonly log: string[] = [];
  readonly proposals: Proposal[] = [];
  readonly progress: string[] = [];
  readonly requests: ChangeSetRequest[] = [];
  readonly interruption = new AbortController();
  readonly #givens: Givens;
  #status: string | undefined;
  #looks = 0;
  #isExecuted = false;
  #now = 0;
  readonly #events: StackEvent[] = [];

  constructor(givens: Givens = {}) {
    this.#givens = givens;
    this.#status = givens.status;
    this.#record('deploytime CREATE_COMPLETE of a time before');
  }

  deploy(request: Partial<DeployRequest> = {}): Promise<DeployOutcome> {
    return deploy(
      {
        stackName: 'deploytime',
        template: readServiceTemplate(smallServiceTemplate({ version: '0.2.0' }), 'a.json'),
        given: new Map(),
        bucket: undefined,
        allowDowngrade: false,
        dryRun: false,
        token: 't',
        ...request,
      },
      {
        stacks: this.#stacks,
        changeSets: this.#changeSets,
        buckets: this.#buckets,
        place: PLACE,
        objectUrl: (bucket, key) => `https://${bucket}/${key}`,
        confirmation: this.#givens.confirmation ?? AGREED,
        timing: {
          now: () => this.#now,
          sleep: async (ms, signal) => {
            signal.throwIfAborted();
            this.#now += ms;
          },
        },
        signal: this.interruption.signal,
        onProposal: (proposal) => void this.proposals.push(proposal),
        onProgress: (text) => void this.progress.push(text),
      },
    );
  }

  interrupt(): void {
    this.interruption.abort(new CliError('Interrupted', 'Interrupted'));
    this.interruption.signal.throwIfAborted();
  }

  #call(name: string, signal: AbortSignal): void {
    signal.throwIfAborted();
    if (!/find|newEvents|\.get|look/.test(name)) this.log.push(name);
    this.#givens.faults?.[name]?.();
  }

  #record(line: string): void {
    const [logicalId = '', status = '', ...reason] = line.split(' ');
    const isOfStack = logicalId === 'deploytime';
    const id = `event-${this.#events.length}`;
    const text = reason.join(' ');
    this.#events.push({ id, at: 0, logicalId, type: 'AWS::A::B', status, reason: text, isOfStack });
  }

  readonly #stacks: Stacks = {
    find: async (_, signal) => {
      this.#call('stacks.find', signal);
      if (this.#isExecuted) this.#step();
      const parameters = new Map(Object.entries(this.#givens.parameters ?? {}));
      const status = this.#status;
      return status === undefined ? undefined : { name: 'deploytime', id: STACK_ID, status, parameters };
    },
    getTemplate: async (_, signal) => {
      this.#call('stacks.getTemplate', signal);
      return this.#givens.present ?? smallServiceTemplate({ version: '0.1.0' });
    },
    remove: async (_, token, signal) => {
      this.#call('stacks.remove', signal);
      this.log.push(`with token ${token}`);
      this.#status = undefined;
    },
    newEvents: async (_, known, signal) => {
      this.#call('stacks.newEvents', signal);
      return this.#events.filter(({ id }) => !known.has(id));
    },
  };

  #step(): void {
    const steps = this.#givens.execution ?? [
      { status: 'UPDATE_COMPLETE', events: ['Role UPDATE_COMPLETE', 'deploytime UPDATE_COMPLETE'] },
    ];
    const step = steps[Math.min(this.#looks, steps.length - 1)];
    if (this.#looks < steps.length) for (const line of step?.events ?? []) this.#record(line);
    this.#status = step?.status;
    this.#looks += 1;
  }

  readonly #changeSets: ChangeSets = {
    create: async (request, signal) => {
      this.#call('changeSets.create', signal);
      this.requests.push(request);
      if (request.kind === 'CREATE') this.#status = 'REVIEW_IN_PROGRESS';
      return { id: CHANGE_SET_ID, stackId: STACK_ID };
    },
    get: async (_, signal) => {
      this.#call('changeSets.get', signal);
      const states = this.#givens.changeSet ?? [{}];
      const state = states[Math.min(this.#looks, states.length - 1)];
      this.#looks += 1;
      return { status: 'CREATE_COMPLETE', reason: '', changes: [ADDED], ...state };
    },
    execute: async (_, token, signal) => {
      this.#call('changeSets.execute', signal);
      this.log.push(`with token ${token}`);
      this.#isExecuted = true;
      this.#looks = 0;
    },
    remove: async (_, signal) => this.#call('changeSets.remove', signal),
  };

  readonly #buckets: TemplateBuckets = {
    look: async (bucket, signal) => {
      this.#call('buckets.look', signal);
      const states = this.#givens.buckets ?? { 'cdk-hnb659fds-assets-111122223333-eu-central-1': 'here' };
      return states[bucket] ?? 'missing';
    },
    create: async (bucket, signal) => {
      this.#call('buckets.create', signal);
      this.log.push(bucket);
    },
    put: async ({ bucket }, signal) => {
      this.#call('buckets.put', signal);
      this.log.push(bucket);
    },
  };
}

/** A person who answers, or doesn't, by the question. */
export function person(answer: (asked: Question) => boolean, asked: string[] = []): Confirmation {
  return {
    confirm: async (question) => {
      asked.push(question.question);
      if (!answer(question)) throw new CliError('NotConfirmed', 'no');
    },
  };
}
