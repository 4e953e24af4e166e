import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import type { Account } from '../account.ts';
import { LocalError } from '../local-error.ts';
import type { Finding } from './step.ts';

/** A function as Lambda describes it, as far as a release or a layer can move it. */
export interface FunctionState {
  /** The image's URI, or the ARN of the layer's version. */
  readonly uses: string;
  readonly description: string;
  /** When it was last updated, in whatever way. */
  readonly lastModified: string;
}

/** @throws LocalError for a function that has neither an image nor a layer. */
export async function readFunction(
  { lambda }: Account,
  FunctionName: string,
  abortSignal: AbortSignal,
): Promise<FunctionState> {
  const { Code, Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }), {
    abortSignal,
  });
  const uses = Code?.ImageUri ?? Configuration?.Layers?.[0]?.Arn;
  if (uses === undefined)
    throw new LocalError(`the function ${FunctionName} has neither an image nor a layer`);
  return {
    uses,
    description: Configuration?.Description ?? '',
    lastModified: Configuration?.LastModified ?? '',
  };
}

/** What a function was to do, and what Lambda says that it did. */
export interface Movement {
  /** Undefined where it was just made. */
  readonly before: FunctionState | undefined;
  readonly now: FunctionState;
  /** What it must use now: the service's answer. */
  readonly answered: string;
  /** The same for a reader, e.g. `this image`. */
  readonly name: string;
  /** Whether it had to move. */
  readonly isToMove: boolean;
}

/** Whether the function moved or stayed, as it must. An update that changes nothing is no staying. */
export function movementFinding({ before, now, answered, name, isToMove }: Movement): Finding {
  if (now.uses !== answered)
    return { text: `function: uses ${now.uses}, which is not the answer`, isRight: false };
  if (before === undefined) return { text: `function: made with ${name}`, isRight: true };
  if (now.uses !== before.uses) {
    return isToMove
      ? { text: `function: moved to ${name}`, isRight: true }
      : { text: `function: moved to ${name}, and should have stayed`, isRight: false };
  }
  if (isToMove) return { text: `function: stayed, and should have moved to ${name}`, isRight: false };
  return now.lastModified === before.lastModified && now.description === before.description
    ? { text: 'function: stayed', isRight: true }
    : { text: `function: updated at ${now.lastModified}, though nothing changed`, isRight: false };
}
