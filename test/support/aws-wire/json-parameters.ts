import { AwsError } from './aws-error.ts';

/** What an action takes: the name of each field, whether it is required, and what it must be. */
export type JsonFields = Readonly<Record<string, readonly [required: boolean, check: JsonCheck]>>;

export type JsonCheck = (value: unknown) => boolean;

export const isText: JsonCheck = (value) => typeof value === 'string' && value !== '';
export const isInteger: JsonCheck = (value) => Number.isInteger(value);
export const isBoolean: JsonCheck = (value) => typeof value === 'boolean';
export const isTextList: JsonCheck = (value) => Array.isArray(value) && value.every(isText);

/**
 * Reads a body of JSON 1.1. Stricter than AWS, which passes over a field that it does not know.
 * @param invalid The service's code for a field that is wrong.
 * @throws AwsError `invalid`, or SerializationException for what is no JSON object.
 */
export function parseJsonParameters(
  body: string,
  fields: JsonFields,
  invalid: string,
): Record<string, unknown> {
  const input = parseObject(body);
  for (const [name, value] of Object.entries(input)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) throw new AwsError(invalid, `There is no field ${name} here`);
    if (!field[1](value)) throw new AwsError(invalid, `${name} is malformed: ${JSON.stringify(value)}`);
  }
  for (const [name, [isRequired]] of Object.entries(fields)) {
    if (isRequired && input[name] === undefined) throw new AwsError(invalid, `${name} must not be null`);
  }
  return input;
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      return input as Record<string, unknown>;
    }
  } catch {
    // Answered below.
  }
  throw new AwsError('SerializationException', 'The request is no JSON object');
}

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1';

export function writeJsonError({ code, message }: AwsError): string {
  return JSON.stringify({ __type: code, message });
}
