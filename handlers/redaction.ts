/**
 * The last line of defence: nothing here should ever meet a secret, since messages are built without them.
 * What an SDK or a library puts into its own errors is not ours to promise, so texts pass through here on
 * their way to a log or to a Reason.
 */
const SECRETS: readonly [pattern: RegExp, replacement: string][] = [
  [/\b(X-Amz-(?:Signature|Credential|Security-Token)"?\s{0,4}[=:]\s{0,4}"?)[^\s&"']+/gi, '$1[redacted]'],
  [/(https?:\/\/)[^\s/@"']+@/gi, '$1[redacted]@'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi, '$1 [redacted]'],
];

/** Keys whose values are secrets whatever they look like. */
const SECRET_KEY =
  /^(response_?url|password|authorization(_?token)?|access_?token|token|secret(_?string)?|(aws_?)?(secret_?access_?key|session_?token)|x-amz-(security-token|signature|credential))$/i;

/**
 * The text without presigned URLs' queries, tokens and credentials. Its time grows with the text's length and no
 * faster: no pattern goes over the same characters again from a later beginning, however often it begins.
 */
export function redact(text: string): string {
  return SECRETS.reduce(
    (redacted, [pattern, replacement]) => redacted.replace(pattern, replacement),
    text.replace(URL_IN_TEXT, withoutQuery),
  );
}

const URL_IN_TEXT = /https?:\/\/[^\s"'<>]+/gi;

/** A presigned URL is a credential from its query on; the query of any other URL is of no use to a reader. */
function withoutQuery(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? url : `${url.slice(0, start)}?[redacted]`;
}

/** A replacer for JSON.stringify that redacts each text and each value under a telling key. */
export function redactingReplacer(key: string, value: unknown): unknown {
  if (SECRET_KEY.test(key) && value !== undefined) return '[redacted]';
  return typeof value === 'string' ? redact(value) : value;
}
