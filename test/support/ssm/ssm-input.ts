import { SsmApiError } from './ssm-api-error.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

/** The actions that are there, with what each takes of what the API reference has. */
export interface SsmInputs {
  readonly GetParameter: { readonly Name: string; readonly WithDecryption?: boolean };
  readonly PutParameter: {
    readonly Name: string;
    readonly Value: string;
    readonly Type?: ParameterType;
    readonly Overwrite?: boolean;
    readonly Description?: string;
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  };
  readonly LabelParameterVersion: {
    readonly Name: string;
    readonly ParameterVersion?: number;
    readonly Labels: readonly string[];
  };
  readonly DeleteParameter: { readonly Name: string };
}

export type SsmAction = keyof SsmInputs;

/** True where a value is as it must be. */
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isName: Check = (value) => typeof value === 'string' && value.length >= 1 && value.length <= 2048;

/** Action → field → whether it is required, and how it is checked. */
const ACTIONS: Readonly<
  Record<SsmAction, Readonly<Record<string, readonly [required: boolean, check: Check]>>>
> = {
  GetParameter: { Name: [true, isName], WithDecryption: [false, isBoolean] },
  PutParameter: {
    Name: [true, isName],
    Value: [true, (value) => typeof value === 'string' && value !== ''],
    Type: [false, (value) => /^(String|StringList|SecureString)$/.test(String(value))],
    Overwrite: [false, isBoolean],
    Description: [false, isText],
    Tags: [false, Array.isArray],
  },
  LabelParameterVersion: {
    Name: [true, isName],
    ParameterVersion: [false, Number.isInteger],
    Labels: [true, (value) => Array.isArray(value) && value.length > 0 && value.every(isText)],
  },
  DeleteParameter: { Name: [true, isName] },
};

export function isSsmAction(name: string): name is SsmAction {
  return Object.hasOwn(ACTIONS, name);
}

/**
 * Stricter than AWS, which passes over a field that it does not know.
 * @throws SsmApiError ValidationException, SerializationException
 */
export function parseSsmInput<Action extends SsmAction>(action: Action, body: Buffer): SsmInputs[Action] {
  const input = parseJson(body);
  const fields = ACTIONS[action];
  for (const [name, value] of Object.entries(input)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) throw new SsmApiError('ValidationException', `${name} is no field of ${action}`);
    if (!field[1](value))
      throw new SsmApiError('ValidationException', `${name} is malformed or out of range`);
  }
  for (const [name, [required]] of Object.entries(fields)) {
    if (required && input[name] === undefined) {
      throw new SsmApiError('ValidationException', `${name} must not be null`);
    }
  }
  return input as unknown as SsmInputs[Action];
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      return input as Record<string, unknown>;
    }
  } catch {
    // Answered below.
  }
  throw new SsmApiError('SerializationException', 'The request is no JSON object');
}
