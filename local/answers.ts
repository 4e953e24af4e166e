import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationClient, StackEvent } from '@aws-sdk/client-cloudformation';
import { stackEvents } from './stack-events.ts';

/** What a provider answered to one request, as the stack's events tell it. */
export interface Answer {
  /** The stack's name. */
  readonly stack: string;
  readonly resourceType: string;
  readonly logicalId: string;
  readonly request: 'Create' | 'Update' | 'Delete';
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalId: string;
  /** Why it failed. */
  readonly reason: string | undefined;
  /** From CloudFormation's request to its taking note of the answer. */
  readonly durationMs: number;
}

const POLL_MS = 300;
const REQUESTS = { CREATE: 'Create', UPDATE: 'Update', DELETE: 'Delete' } as const;
const RESOURCE_STATUS = /^(CREATE|UPDATE|DELETE)_(IN_PROGRESS|COMPLETE|FAILED)$/;

/**
 * The answers of custom resources in one stack's events, the oldest first: each end of a request with the start
 * that it belongs to.
 * @param events In the order they happened.
 */
export function answersIn(events: readonly StackEvent[]): Answer[] {
  const started = new Map<string, Date>();
  const answers: Answer[] = [];
  for (const event of events) {
    const [, verb, phase] = RESOURCE_STATUS.exec(event.ResourceStatus ?? '') ?? [];
    const logicalId = event.LogicalResourceId ?? '';
    if (!isCustom(event.ResourceType) || !isRequest(verb) || event.Timestamp === undefined) continue;
    if (phase === 'IN_PROGRESS') {
      // CloudFormation repeats the event when the resource has its physical id.
      if (!started.has(logicalId)) started.set(logicalId, event.Timestamp);
      continue;
    }
    answers.push({
      stack: event.StackName ?? '',
      resourceType: event.ResourceType ?? '',
      logicalId,
      request: REQUESTS[verb],
      status: phase === 'COMPLETE' ? 'SUCCESS' : 'FAILED',
      physicalId: event.PhysicalResourceId ?? '',
      reason: event.ResourceStatusReason || undefined,
      durationMs: event.Timestamp.getTime() - (started.get(logicalId) ?? event.Timestamp).getTime(),
    });
    started.delete(logicalId);
  }
  return answers;
}

/** Work on stacks whose answers are watched. */
export interface WatchedWork {
  readonly client: CloudFormationClient;
  /** Names; a stack that the work deletes is found by its id alone. */
  readonly stacks: readonly string[];
  readonly work: () => Promise<void>;
  /** Which answers count. MiniStack has events of resources, too, that an update left alone. Default: all. */
  readonly isMeant?: (answer: Answer) => boolean;
  /** Called with each new answer as it comes. */
  readonly report: (answer: Answer) => void;
  /** Ends the watching; the work has to end by itself. */
  readonly signal: AbortSignal;
}

/**
 * Does a piece of work on stacks, and tells each new answer as it comes.
 * @returns The answers that came while it worked; where the work fails, they were reported all the same.
 */
export async function watchAnswers(watched: WatchedWork): Promise<Answer[]> {
  const { client, stacks, work, isMeant = () => true, report, signal } = watched;
  const watches = await Promise.all(stacks.map((stack) => watchStack(client, stack, signal)));
  const answers: Answer[] = [];
  const look = async () => {
    for (const newAnswers of watches) {
      for (const answer of (await newAnswers()).filter(isMeant)) {
        answers.push(answer);
        report(answer);
      }
    }
  };
  let isWorking = true;
  const working = work().finally(() => {
    isWorking = false;
  });
  const watching = (async () => {
    while (isWorking) {
      // What can't be seen now is seen at the next look, and the last one is made below.
      await look().catch(() => undefined);
      await Promise.race([sleep(POLL_MS), working.catch(() => undefined)]);
    }
  })();
  try {
    await working;
  } finally {
    await watching;
    await look();
  }
  return answers;
}

/** @returns what tells the answers that came since it was last asked. */
async function watchStack(
  client: CloudFormationClient,
  stackNameOrId: string,
  signal: AbortSignal,
): Promise<() => Promise<Answer[]>> {
  // By their ids: a name may stand for a stack that was deleted, and soon for another one.
  const before = new Set((await stackEvents(client, stackNameOrId, signal)).map(({ EventId }) => EventId));
  let told = 0;
  return async () => {
    const events = await stackEvents(client, stackNameOrId, signal);
    const found = answersIn(events.filter(({ EventId }) => !before.has(EventId)));
    const fresh = found.slice(told);
    told = Math.max(told, found.length);
    return fresh;
  };
}

function isCustom(resourceType: string | undefined): boolean {
  return (
    resourceType?.startsWith('Custom::') === true || resourceType === 'AWS::CloudFormation::CustomResource'
  );
}

function isRequest(verb: string | undefined): verb is keyof typeof REQUESTS {
  return verb !== undefined && verb in REQUESTS;
}
