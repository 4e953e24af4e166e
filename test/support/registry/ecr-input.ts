import { EcrApiError } from './ecr-api-error.ts';

/** Which image: by tag, by digest, or by both. */
export interface ImageIdentifier {
  readonly imageTag?: string;
  readonly imageDigest?: string;
}

interface InRepository {
  readonly registryId?: string;
  readonly repositoryName: string;
}

interface Paged {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** The actions that are there, with what each takes. */
export interface EcrInputs {
  readonly GetAuthorizationToken: { readonly registryIds?: readonly string[] };
  readonly DescribeRepositories: Paged & {
    readonly registryId?: string;
    readonly repositoryNames?: readonly string[];
  };
  readonly DescribeImages: InRepository &
    Paged & {
      readonly imageIds?: readonly ImageIdentifier[];
      readonly filter?: { readonly tagStatus?: 'TAGGED' | 'UNTAGGED' | 'ANY' };
    };
  readonly BatchGetImage: InRepository & {
    readonly imageIds: readonly ImageIdentifier[];
    readonly acceptedMediaTypes?: readonly string[];
  };
  readonly BatchDeleteImage: InRepository & { readonly imageIds: readonly ImageIdentifier[] };
}

export type EcrAction = keyof EcrInputs;

/** True where a value is as it must be. */
type Check = (value: unknown) => boolean;

const isRegistryId = textOf(/^[0-9]{12}$/);
const isRepositoryName = textOf(
  /^(?=.{2,256}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/,
);
const isAnyText = textOf(/^/);
const isImageIdentifier = recordOf({ imageTag: isAnyText, imageDigest: isAnyText });

/**
 * The bounds are those of the API reference.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
 */
const FIELDS = {
  registryId: isRegistryId,
  registryIds: listOf(isRegistryId, 10),
  repositoryName: isRepositoryName,
  repositoryNames: listOf(isRepositoryName, 100),
  imageIds: listOf(isImageIdentifier, 100),
  acceptedMediaTypes: listOf(isAnyText, 100),
  maxResults: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000,
  nextToken: isAnyText,
  filter: recordOf({ tagStatus: textOf(/^(TAGGED|UNTAGGED|ANY)$/) }),
} satisfies Record<string, Check>;

type Field = keyof typeof FIELDS;

/** Field → whether it is required. */
const ACTIONS: Readonly<Record<EcrAction, Readonly<Partial<Record<Field, boolean>>>>> = {
  GetAuthorizationToken: { registryIds: false },
  DescribeRepositories: { registryId: false, repositoryNames: false, maxResults: false, nextToken: false },
  DescribeImages: {
    registryId: false,
    repositoryName: true,
    imageIds: false,
    filter: false,
    maxResults: false,
    nextToken: false,
  },
  BatchGetImage: { registryId: false, repositoryName: true, imageIds: true, acceptedMediaTypes: false },
  BatchDeleteImage: { registryId: false, repositoryName: true, imageIds: true },
};

export function isEcrAction(name: string): name is EcrAction {
  return Object.hasOwn(ACTIONS, name);
}

/**
 * Stricter than AWS, which passes over a field that it does not know.
 * @throws EcrApiError InvalidParameterException, SerializationException
 */
export function parseEcrInput<Action extends EcrAction>(action: Action, body: Buffer): EcrInputs[Action] {
  const input = parseJson(body);
  const fields = ACTIONS[action];
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(fields, name)) throw invalid(name, 'Member is unknown');
    if (!FIELDS[name as Field](value)) throw invalid(name, 'Member is malformed or out of range');
  }
  for (const [name, required] of Object.entries(fields)) {
    if (required && input[name] === undefined) throw invalid(name, 'Member must not be null');
  }
  if (input.imageIds !== undefined && (input.maxResults ?? input.nextToken) !== undefined) {
    throw invalid('maxResults', "Member can't be used with imageIds");
  }
  return input as unknown as EcrInputs[Action];
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(input)) return input;
  } catch {
    // Answered below.
  }
  throw new EcrApiError('SerializationException', 'The request is no JSON object');
}

function invalid(name: string, constraint: string): EcrApiError {
  return new EcrApiError(
    'InvalidParameterException',
    `Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`,
  );
}

function textOf(pattern: RegExp): Check {
  return (value) => typeof value === 'string' && pattern.test(value);
}

function listOf(check: Check, maxLength: number): Check {
  return (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= maxLength && value.every(check);
}

function recordOf(checks: Readonly<Record<string, Check>>): Check {
  return (value) =>
    isRecord(value) && Object.entries(value).every(([name, member]) => checks[name]?.(member) === true);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
