/**
 * A challenge of a WWW-Authenticate header: its scheme in lower case and its parameters.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate
 */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** More than any registry sends; the rest is not read. */
const MAX_HEADER_LENGTH = 8 * 1024;

// One after another: a parameter (quoted or plain), or else a scheme, each with the commas before it.
const PARAMETER = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
const SCHEME = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?=[\s,]|$)/y;

/** Reads all challenges. What can't be read ends the list: a challenge is never guessed at. */
export function parseChallenges(header: string | string[] | undefined): readonly Challenge[] {
  const text = (Array.isArray(header) ? header.join(', ') : (header ?? '')).slice(0, MAX_HEADER_LENGTH);
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  while (position < text.length) {
    PARAMETER.lastIndex = position;
    const current = challenges.at(-1);
    const parameter = current === undefined ? null : PARAMETER.exec(text);
    if (current !== undefined && parameter !== null) {
      const [, name = '', quoted, plain = ''] = parameter;
      current.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
      position = PARAMETER.lastIndex;
      continue;
    }
    SCHEME.lastIndex = position;
    const scheme = SCHEME.exec(text);
    if (scheme?.[1] === undefined) break;
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters: new Map() });
    position = SCHEME.lastIndex;
  }
  return challenges;
}
