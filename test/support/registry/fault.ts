import { Transform } from 'node:stream';

/**
 * One thing that goes wrong with one exchange. `request` is what the client sends, `answer` what the registry gives.
 * - `status`: the request is read to its end and answered here; the registry never sees it. With 429 and 503 a
 *   `retryAfter` (seconds, or an HTTP date) goes along.
 * - `reset before request`: the connection is reset on arrival; the registry never sees it.
 * - `reset during request`: the registry gets half of the body, then both connections are reset.
 * - `reset after request`: the registry has carried it out; the client gets a reset instead of the answer.
 * - `corrupt request`: one bit of the body is flipped on its way to the registry.
 * - `stall before answer`: the registry has carried it out; the client hears nothing.
 * - `stall during answer`: the client gets the headers and half of the body, and then nothing.
 * - `cut answer`: the client gets the headers and half of the body, and then the connection closes.
 * - `corrupt answer`: one bit of the answer's body is flipped.
 * - `corrupt digest`: the answer's Docker-Content-Digest is that of other content.
 */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: Exclude<FaultKind, 'status'> };

export type FaultKind = (typeof FAULT_KINDS)[number];

/** All of them, for a test that tries each. */
export const FAULT_KINDS = [
  'status',
  'reset before request',
  'reset during request',
  'reset after request',
  'corrupt request',
  'stall before answer',
  'stall during answer',
  'cut answer',
  'corrupt answer',
  'corrupt digest',
] as const;

/**
 * Passes the first half of a body of this length and drops the rest. `onHalf` is called when the half has been read,
 * never for an empty body. The stream ends either way.
 */
export function firstHalf(length: number | undefined, onHalf: () => void): Transform {
  let left = length === undefined ? undefined : Math.floor(length / 2);
  let over = false;
  const half = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      if (over) return callback();
      left ??= Math.floor(chunk.length / 2);
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      over = left === 0;
      this.push(passed);
      if (over) this.push(null);
      callback();
    },
  });
  half.once('end', () => {
    if (over) onHalf();
  });
  return half;
}

/** Flips one bit in the middle of a body, and calls `onFlip`; an empty body stays as it is. */
export function flippedBit(length: number | undefined, onFlip: () => void): Transform {
  let position = length === undefined ? undefined : Math.floor(length / 2);
  let flipped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      if (flipped) return callback(null, chunk);
      position ??= Math.floor(chunk.length / 2);
      if (position >= chunk.length) {
        position -= chunk.length;
        return callback(null, chunk);
      }
      const changed = Buffer.from(chunk);
      changed[position] = (changed[position] ?? 0) ^ 1;
      flipped = true;
      callback(null, changed);
      onFlip();
    },
  });
}
