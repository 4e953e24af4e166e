/**
 * The last line of defence: nothing here should ever meet a secret, since messages are built without them.
 * What an SDK or a library puts into its own errors is not ours to promise, so texts pass through here on
 * their way to a log or to a Reason.
 */
const SECRETS: readonly [pattern: RegExp, replacement: string][] = [
  // A presigned URL is a credential from its query on; the query of any other URL is of no use to a reader.
  [/(https?:\/\/[^\s"'?#<>]+)\?[^\s"'<>]*/gi, '$1?[redacted]'],
  [/\b(X-Amz-(?:Signature|Credential|Security-Token))=[^\s&"']+/gi, '$1=[redacted]'],
  [/(https?:\/\/)[^\s/@"']+@/gi, '$1[redacted]@'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi, '$1 [redacted]'],
];

/** Keys whose values are secrets whatever they look like. */
const SECRET_KEY = /^(responseurl|password|authorization(token)?|access_?token|token|secretstring|secret)$/i;

/** The text without presigned URLs' queries, tokens and credentials. */
export function redact(text: string): string {
  return SECRETS.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}

/** A replacer for JSON.stringify that redacts each text and each value under a telling key. */
export function redactingReplacer(key: string, value: unknown): unknown {
  if (SECRET_KEY.test(key) && value !== undefined) return '[redacted]';
  return typeof value === 'string' ? redact(value) : value;
}
