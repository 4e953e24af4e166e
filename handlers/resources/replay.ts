import type { UpdateRequest } from '../cloudformation/event.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { StackStatuses } from '../cloudformation/stack-status.ts';
import { type TimeLimit, withinTimeLimit } from '../cloudformation/time-limit.ts';
import { ProviderError } from '../errors.ts';
import {
  type AnswerCodec,
  type AnswerMemory,
  formatMemory,
  formerAnswer,
  hashOfProperties,
  parseMemory,
  rememberingId,
} from './answer-memory.ts';

/** An Update of a resource that answers with the state of the world, and remembers its answers. */
export interface WorldlyUpdate<T> {
  readonly codec: AnswerCodec<T>;
  readonly request: UpdateRequest;
  readonly statuses: StackStatuses;
  readonly log: {
    info(message: string, fields: Record<string, unknown>): void;
    warn(message: string, fields: Record<string, unknown>): void;
  };
  /** Aborted at the deadline. */
  readonly signal: AbortSignal;
  /** Asks the world, until the signal that it is given. */
  readonly ask: (signal: AbortSignal) => Promise<T>;
  /** Whether an answer of before could be one to these properties. Default: any could. */
  readonly fits?: (answer: T) => boolean;
  readonly present: (answer: T, physicalResourceId: string) => Answer;
}

/**
 * Where CloudFormation does not say whether it is a rollback, the world has so long to answer, in milliseconds: then
 * there must be time left to replay.
 */
export const MAX_UNSURE_WAIT_MS = 60_000;

/**
 * Answers an Update: with what the world has, and in a rollback with what was answered before, without asking.
 *
 * A rollback and a forward Update look the same, and DeploymentId may be all that differs. A forward Update must fail
 * where the world does not have what is asked for; the rollback after it must not. CloudFormation tells which it is.
 * Where it does not say, the world is asked, and where that fails, the former answer is replayed with a warning.
 */
export async function answerUpdate<T>(update: WorldlyUpdate<T>): Promise<Answer> {
  const { codec, request, statuses, log, signal, ask } = update;
  const memory = parseMemory(codec, request.physicalResourceId);
  if (memory === undefined) return remembering(update, await ask(signal));

  const isReplayable = update.fits?.(formerAnswer(memory, request)) ?? true;
  const isRollback = await statuses.isRollingBack(request.stackId, signal);
  signal.throwIfAborted();
  if (isRollback === true && isReplayable) {
    log.info('The stack is rolling back: the former answer is replayed', {});
    return replay(update, memory);
  }
  const limit = unsure(signal);
  try {
    const asked = isRollback === undefined ? withinTimeLimit(limit, ask) : ask(signal);
    return remembering(update, await asked);
  } catch (error) {
    signal.throwIfAborted();
    // A status may lag behind what it tells of, or not have been told for a moment: a failure is worth another look.
    const isRollbackNow = await statuses.isRollingBack(request.stackId, signal);
    signal.throwIfAborted();
    if (isReplayable && (isRollbackNow ?? isRollback === undefined)) {
      log.warn('The former answer is replayed, for this may be a rollback', { error });
      return replay(update, memory);
    }
    // It was cut short for a rollback that it is not.
    if (error === limit.reason) return remembering(update, await ask(signal));
    throw error;
  }
}

function remembering<T>({ codec, request, present }: WorldlyUpdate<T>, answer: T): Answer {
  const { properties } = request;
  return present(answer, rememberingId(codec, { answer, properties, received: request }));
}

/** What was undone needs no remembering: a rollback is never undone itself. */
function replay<T>({ codec, request, present }: WorldlyUpdate<T>, memory: AnswerMemory<T>): Answer {
  const answer = formerAnswer(memory, request);
  if (answer === memory.present.answer) return present(answer, request.physicalResourceId);
  const asked = hashOfProperties(request.properties);
  return present(answer, formatMemory(codec, { present: { asked, answer } }));
}

function unsure(signal: AbortSignal): TimeLimit {
  const reason = new ProviderError(
    'NotStabilized',
    `It was not done within ${MAX_UNSURE_WAIT_MS / 1000} s, which is what there is while CloudFormation does not tell the stack's status`,
  );
  return { signal, limitMs: MAX_UNSURE_WAIT_MS, reason };
}
