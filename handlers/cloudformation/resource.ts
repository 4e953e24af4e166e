import type { CreateRequest, DeleteRequest, UpdateRequest } from './event.ts';
import type { PropertyRules, PropertySchema } from './properties.ts';
import type { Answer } from './response.ts';

/** What every operation of a resource gets beside its request. */
export interface Operation {
  /** Aborted at the deadline: whatever is still running must end, it has been answered for. */
  readonly signal: AbortSignal;
}

/**
 * A resource type. Its operations throw ProviderError for what the user should read.
 * `Properties` are the typed properties that its schema reads.
 */
export interface Resource<Properties> {
  /** The type's name in a template, e.g. `Custom::EcrImage`. */
  readonly type: string;
  readonly schema: PropertySchema<Properties>;
  /** What its properties must be to each other. Default: nothing. */
  readonly rules?: PropertyRules;
  /**
   * Its Delete is asked also under the id of a Create that was answered with a failure: a function that died in the
   * middle could not undo what it had made. Default: there is nothing to undo, and it is not asked.
   */
  readonly undoesFailedCreates?: true;
  create(request: CreateRequest, properties: Properties, operation: Operation): Promise<Answer>;
  /** The former properties come as received: they were right for an earlier release, perhaps not for this one. */
  update(request: UpdateRequest, properties: Properties, operation: Operation): Promise<Answer>;
  /** An id or properties that it does not know are no error: then there is nothing of ours to delete. */
  delete(request: DeleteRequest, operation: Operation): Promise<void>;
}
