import { redact } from '../redaction.ts';

const MAX_LENGTH = 300;

/** Text of another side as it may stand in a message: one line, printable, bounded, without secrets. */
export function printable(text: string, maxLength: number = MAX_LENGTH): string {
  const clean = redact(text.slice(0, 4 * maxLength))
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}
