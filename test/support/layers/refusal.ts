import type { ErrorCode } from '../../../handlers/errors.ts';
import type { LayerLimits } from '../../../handlers/layers/limits.ts';

/** A zip that can be no layer. */
export interface Refusal {
  readonly what: string;
  readonly zip: Buffer | (() => Buffer);
  /** What the message says after the zip's name. */
  readonly says: string;
  readonly code?: ErrorCode;
  readonly limits?: Partial<LayerLimits>;
}
