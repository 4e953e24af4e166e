import type { IConstruct } from 'constructs';

/*
 * Values of the CDK context. The command line (`-c key=value`) gives text only; cdk.json gives any JSON. Empty text
 * counts as not set, so that a script can always pass a key.
 */

/** @throws Error for a key with this prefix that is none of the properties. */
export function checkKeys(scope: IConstruct, prefix: string, properties: readonly string[]): void {
  const context: Record<string, unknown> = scope.node.getAllContext();
  const unknown = Object.keys(context)
    .filter((key) => key.startsWith(prefix))
    .find((key) => !properties.includes(key.slice(prefix.length)));
  if (unknown === undefined) return;
  throw new Error(
    `The context has ${unknown}; allowed are ${properties.map((property) => prefix + property).join(', ')}`,
  );
}

export function contextText(scope: IConstruct, key: string): string | undefined {
  const value: unknown = scope.node.tryGetContext(key);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(key, value, 'a text');
}

export function contextNumber(scope: IConstruct, key: string): number | undefined {
  const text = contextText(scope, key);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  throw wrong(key, text, 'a number');
}

/** A list, or text with commas. */
export function contextList(scope: IConstruct, key: string): readonly string[] | undefined {
  const value: unknown = scope.node.tryGetContext(key);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  const text = typeof value === 'object' && value !== null ? undefined : contextText(scope, key);
  if (text !== undefined) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (value === undefined || value === null || value === '') return undefined;
  throw wrong(key, value, 'a list of texts, or a text with commas');
}

/** A JSON object of texts, also written out as text. */
export function contextMap(scope: IConstruct, key: string): Readonly<Record<string, string>> | undefined {
  const value: unknown = scope.node.tryGetContext(key);
  if (value === undefined || value === null || value === '') return undefined;
  const map = typeof value === 'string' ? parsed(value) : value;
  if (isTextMap(map)) return map;
  throw wrong(key, value, 'a JSON object of texts');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTextMap(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === 'string')
  );
}

function wrong(key: string, value: unknown, allowed: string): Error {
  return new Error(`The context has ${key} = ${JSON.stringify(value)}; it must be ${allowed}`);
}
