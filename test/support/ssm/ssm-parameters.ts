import { SsmApiError } from './ssm-api-error.ts';
import type { ParameterType, SsmInputs } from './ssm-input.ts';

interface Version {
  readonly number: number;
  readonly type: ParameterType;
  readonly value: string;
  readonly labels: Set<string>;
  readonly modifiedAt: Date;
}

/** SSM keeps so many versions of a parameter. */
const MAX_VERSIONS = 100;
const PART = '[A-Za-z0-9_.-]+';
const NAME = new RegExp(`^(?:${PART}|(?:/${PART}){1,15})$`);
const RESERVED = /^\/?(?:aws|ssm)/i;
const LABEL = /^(?!aws|ssm)[A-Za-z_.-][A-Za-z0-9_.-]{0,99}$/i;

/** The parameters of one account and Region. */
export class SsmParameters {
  readonly #accountId: string;
  readonly #region: string;
  readonly #parameters = new Map<string, Version[]>();

  constructor(accountId: string, region: string) {
    this.#accountId = accountId;
    this.#region = region;
  }

  /** A short way for tests; Type is String. @returns the version's number. */
  put(name: string, value: string, type: ParameterType = 'String'): number {
    return this.putParameter({ Name: name, Value: value, Type: type, Overwrite: true }).Version;
  }

  /** Each parameter's newest version, with its value. */
  versions(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#parameters].map(([name, versions]) => [
        name,
        `${versions.at(-1)?.number} ${versions.at(-1)?.value}`,
      ]),
    );
  }

  putParameter(input: SsmInputs['PutParameter']): { Version: number } {
    const { Name, Value, Type, Overwrite = false, Tags } = input;
    if (Overwrite && Tags !== undefined) {
      throw new SsmApiError('ValidationException', "tags and overwrite can't be used together");
    }
    if (!NAME.test(Name) || RESERVED.test(Name)) {
      throw new SsmApiError('ValidationException', `Parameter name ${Name} is not allowed`);
    }
    const versions = this.#parameters.get(keyOf(Name)) ?? [];
    const last = versions.at(-1);
    if (last !== undefined && !Overwrite) {
      throw new SsmApiError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const type = Type ?? last?.type;
    if (type === undefined) {
      throw new SsmApiError(
        'ValidationException',
        'A parameter type is required when you create a parameter.',
      );
    }
    const number = (last?.number ?? 0) + 1;
    versions.push({ number, type, value: Value, labels: new Set(), modifiedAt: new Date() });
    if (versions.length > MAX_VERSIONS) versions.shift();
    this.#parameters.set(keyOf(Name), versions);
    return { Version: number };
  }

  getParameter({ Name, WithDecryption = false }: SsmInputs['GetParameter']): object {
    const { name, selector } = this.#locate(Name);
    const versions = this.#parameters.get(keyOf(name));
    const version = versions && findVersion(versions, selector);
    if (version === undefined) {
      if (versions !== undefined && /^\d+$/.test(selector ?? '')) {
        throw new SsmApiError(
          'ParameterVersionNotFound',
          `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
        );
      }
      throw new SsmApiError('ParameterNotFound', '');
    }
    const isHidden = version.type === 'SecureString' && !WithDecryption;
    return {
      Parameter: {
        Name: name,
        Type: version.type,
        Value: isHidden ? Buffer.from(`kms:${version.value}`).toString('base64') : version.value,
        Version: version.number,
        ...(selector !== undefined && { Selector: `:${selector}` }),
        LastModifiedDate: version.modifiedAt.getTime() / 1_000,
        ARN: `arn:aws:ssm:${this.#region}:${this.#accountId}:parameter/${name.replace(/^\//, '')}`,
        DataType: 'text',
      },
    };
  }

  labelVersion({ Name, ParameterVersion, Labels }: SsmInputs['LabelParameterVersion']): object {
    const versions = this.#parameters.get(keyOf(Name));
    const version = versions && findVersion(versions, ParameterVersion?.toString());
    if (versions === undefined || version === undefined) {
      throw new SsmApiError(versions ? 'ParameterVersionNotFound' : 'ParameterNotFound', '');
    }
    for (const label of Labels.filter((one) => LABEL.test(one))) {
      for (const other of versions) other.labels.delete(label);
      version.labels.add(label);
    }
    return {
      InvalidLabels: Labels.filter((label) => !LABEL.test(label)),
      ParameterVersion: version.number,
    };
  }

  deleteParameter({ Name }: SsmInputs['DeleteParameter']): object {
    if (!this.#parameters.delete(keyOf(Name))) throw new SsmApiError('ParameterNotFound', '');
    return {};
  }

  /** @throws SsmApiError for a name or an ARN that SSM does not take. */
  #locate(text: string): { name: string; selector: string | undefined } {
    const arn = /^arn:aws:ssm:([a-z0-9-]+):(\d{12}):parameter(\/.+)$/.exec(text);
    const [name = '', selector, ...more] = (arn?.[3] ?? text).split(':');
    if (more.length > 0 || !NAME.test(name) || (text.startsWith('arn:') && arn === null)) {
      throw new SsmApiError(
        'ValidationException',
        'Invalid parameter name. Please use correct syntax for referencing a version/label: <name>:<version/label>',
      );
    }
    if (arn !== null && arn[1] !== this.#region) {
      throw new SsmApiError('ValidationException', `The ARN is of ${arn[1]}, not of ${this.#region}`);
    }
    if (arn !== null && arn[2] !== this.#accountId) {
      throw new SsmApiError('AccessDeniedException', `The parameter of ${arn[2]} is not shared`);
    }
    return { name, selector };
  }
}

/** `a` and `/a` are the same. */
function keyOf(name: string): string {
  return name.startsWith('/') ? name : `/${name}`;
}

function findVersion(versions: readonly Version[], selector: string | undefined): Version | undefined {
  if (selector === undefined) return versions.at(-1);
  return versions.find(({ number, labels }) => String(number) === selector || labels.has(selector));
}
