import {
  GetLayerVersionByArnCommand,
  LambdaClient,
  type LambdaClientConfig,
  ListLayerVersionsCommand,
  type ListLayerVersionsResponse,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { ProviderError } from '../errors.ts';
import { BreakRetries } from '../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { errorOfAws } from '../registry/aws-error.ts';
import { outlastThrottling, type Patience } from '../registry/throttling.ts';
import { formatLayerVersionArn, type LayerVersionArn, parseLayerArn, parseLayerVersionArn } from './arn.ts';

/** A version of a layer, and where its archive is. All of it but the location never changes. */
export interface LayerVersion {
  readonly arn: LayerVersionArn;
  /** SHA-256 of the archive, in Base64, as Lambda tells it. */
  readonly codeSha256: string;
  /** Size of the archive, in bytes. */
  readonly codeSizeBytes: number;
  /** Where the archive is, for ten minutes. Presigned: a secret, never to be logged or told. */
  readonly location: URL;
}

/** What Lambda knows of layers. */
export interface LayerStore {
  /**
   * The newest version that a layer has; undefined where it has none, or where there is no such layer.
   * @param layer Its name, or its ARN without a version.
   * @throws ProviderError `AccessDenied`, `Throttling`, `ServiceLimitExceeded` over 5,000 versions.
   */
  findNewest(layer: string, signal: AbortSignal): Promise<LayerVersionArn | undefined>;
  /**
   * One call. Undefined where there is no such version, or none any more.
   * @throws ProviderError `AccessDenied`, also where another account has no such version; `Throttling`.
   */
  findVersion(arn: LayerVersionArn, signal: AbortSignal): Promise<LayerVersion | undefined>;
}

/** Lambda gives so many versions in one call. */
const VERSIONS_PER_PAGE = 50;
/** So many calls list a layer's versions, and no more: 5,000 versions. */
const MAX_PAGES = 100;
/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;

/** A client of Lambda's API, with a time limit for each attempt. */
export function createLambdaClient(
  configuration: LambdaClientConfig & { readonly maxAttempts?: number } = {},
): LambdaClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new LambdaClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/**
 * Layers as Lambda's own API tells them. The control plane takes 15 requests a second from a whole account, so that a
 * deployment of many functions crowds it: what is throttled is asked again until the deadline.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
export class LambdaLayerStore implements LayerStore {
  readonly #client: LambdaClient;
  readonly #accountId: string;
  readonly #patience: Patience;

  /** @param options.accountId Whose role the client uses: another account's layer needs that account's consent. */
  constructor(client: LambdaClient, options: Patience & { readonly accountId: string }) {
    this.#client = client;
    this.#accountId = options.accountId;
    this.#patience = options;
  }

  /**
   * Looks at every version: Lambda lists the newest first, but its documentation does not promise it.
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
   */
  async findNewest(layer: string, signal: AbortSignal): Promise<LayerVersionArn | undefined> {
    let newest: LayerVersionArn | undefined;
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { LayerVersions = [], NextMarker } = await this.#list(layer, marker, signal);
      for (const { LayerVersionArn: text } of LayerVersions) {
        const arn = this.#arnOf(text, `the versions of layer ${layer}`);
        if (newest === undefined || arn.version > newest.version) newest = arn;
      }
      if (!NextMarker) return newest;
      marker = NextMarker;
    }
    throw new ProviderError(
      'ServiceLimitExceeded',
      `The layer ${layer} has more than ${MAX_PAGES * VERSIONS_PER_PAGE} versions, which is as many as are looked at. Delete old ones, or name a version (LayerVersionArn, ParameterName)`,
    );
  }

  async findVersion(arn: LayerVersionArn, signal: AbortSignal): Promise<LayerVersion | undefined> {
    const subject = `the layer version ${formatLayerVersionArn(arn)}`;
    const command = new GetLayerVersionByArnCommand({ Arn: formatLayerVersionArn(arn) });
    const found = await this.#send({
      operation: `get ${subject}`,
      permission: this.#permissionToGet(arn),
      signal,
      send: (options) => this.#client.send(command, options),
    });
    if (found === undefined) return undefined;
    const { CodeSha256, CodeSize, Location } = found.Content ?? {};
    if (!isSha256(CodeSha256) || CodeSize === undefined || !Location || !URL.canParse(Location)) {
      throw malformed(subject);
    }
    return { arn, codeSha256: CodeSha256, codeSizeBytes: CodeSize, location: new URL(Location) };
  }

  async #list(
    layer: string,
    marker: string | undefined,
    signal: AbortSignal,
  ): Promise<ListLayerVersionsResponse> {
    const command = new ListLayerVersionsCommand({
      LayerName: layer,
      MaxItems: VERSIONS_PER_PAGE,
      ...(marker !== undefined && { Marker: marker }),
    });
    const listed = await this.#send({
      operation: `list the versions of the layer ${layer}`,
      permission: this.#permissionToList(parseLayerArn(layer)?.accountId),
      signal,
      send: (options) => this.#client.send(command, options),
    });
    return listed ?? {};
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
  #permissionToGet({ accountId }: LayerVersionArn): string {
    if (accountId === this.#accountId)
      return "this function's role must be allowed lambda:GetLayerVersion on it";
    return `this function's role must be allowed lambda:GetLayerVersion on it, and account ${accountId} must allow that to account ${this.#accountId} in the version's policy (aws lambda add-layer-version-permission); of a version that is not there Lambda says the same`;
  }

  /** A layer's policy can allow nothing but lambda:GetLayerVersion, and only for one version. */
  #permissionToList(owner: string | undefined): string {
    return owner === undefined || owner === this.#accountId
      ? "this function's role must be allowed lambda:ListLayerVersions on it"
      : `other accounts' layers can't be listed: name one of its versions (LayerVersionArn, ParameterName)`;
  }

  /** Undefined where Lambda has no such thing. */
  async #send<T>(call: {
    readonly operation: string;
    /** What helps where it is denied. */
    readonly permission: string;
    readonly signal: AbortSignal;
    readonly send: (options: { abortSignal: AbortSignal }) => Promise<T>;
  }): Promise<T | undefined> {
    const { operation, permission, signal, send } = call;
    const region = await this.#client.config.region();
    const attempt = async (): Promise<T | undefined> => {
      try {
        return await send({ abortSignal: signal });
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        const hints = { AccessDenied: permission };
        throw errorOfAws(error, { service: 'Lambda', region, operation, hints, signal });
      }
    };
    return outlastThrottling(attempt, { signal, ...this.#patience });
  }

  #arnOf(text: string | undefined, subject: string): LayerVersionArn {
    const arn = parseLayerVersionArn(text ?? '');
    if (arn === undefined) throw malformed(subject);
    return arn;
  }
}

/** 32 bytes in Base64. */
function isSha256(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(text);
}

function malformed(subject: string): ProviderError {
  return new ProviderError('GeneralServiceException', `Lambda's answer about ${subject} is not whole`);
}
