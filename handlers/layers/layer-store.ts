import {
  GetLayerVersionByArnCommand,
  LambdaClient,
  type LambdaClientConfig,
  ListLayerVersionsCommand,
  type ListLayerVersionsResponse,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { ProviderError } from '../errors.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { errorOfAws } from '../registry/aws-error.ts';
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
/**
 * Lambda's control plane takes 15 requests a second from a whole account, so that a deployment of many functions
 * crowds it. The deadline ends what these attempts would not.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const ATTEMPTS = 20;

/** A client of Lambda's API for a layer store: patient with throttling, and with a time limit for each attempt. */
export function createLambdaClient(configuration: LambdaClientConfig = {}): LambdaClient {
  return new LambdaClient({
    retryMode: 'adaptive',
    maxAttempts: ATTEMPTS,
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/** Layers as Lambda's own API tells them. */
export class LambdaLayerStore implements LayerStore {
  readonly #client: LambdaClient;
  readonly #accountId: string;

  /** @param options.accountId Whose role the client uses: another account's layer needs that account's consent. */
  constructor(client: LambdaClient, options: { readonly accountId: string }) {
    this.#client = client;
    this.#accountId = options.accountId;
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
    const text = formatLayerVersionArn(arn);
    const subject = `the layer version ${text}`;
    const command = new GetLayerVersionByArnCommand({ Arn: text });
    try {
      const { Content } = await this.#client.send(command, { abortSignal: signal });
      const { CodeSha256, CodeSize, Location } = Content ?? {};
      if (!isSha256(CodeSha256) || CodeSize === undefined || !Location || !URL.canParse(Location)) {
        throw malformed(subject);
      }
      return { arn, codeSha256: CodeSha256, codeSizeBytes: CodeSize, location: new URL(Location) };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      const isOthers = arn.accountId !== this.#accountId;
      throw await this.#described(error, {
        operation: `get ${subject}`,
        signal,
        permission: isOthers
          ? `this function's role must be allowed lambda:GetLayerVersion, and account ${arn.accountId} must allow it to account ${this.#accountId} in the policy of that version, if it is there (aws lambda add-layer-version-permission --action lambda:GetLayerVersion)`
          : "this function's role must be allowed lambda:GetLayerVersion on it",
      });
    }
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
    try {
      return await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return {};
      const owner = parseLayerArn(layer)?.accountId ?? this.#accountId;
      throw await this.#described(error, {
        operation: `list the versions of the layer ${layer}`,
        signal,
        // https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
        permission:
          owner === this.#accountId
            ? "this function's role must be allowed lambda:ListLayerVersions on it"
            : `a layer's policy can allow other accounts to get a version, not to list them all; name a version of account ${owner} (LayerVersionArn, ParameterName)`,
      });
    }
  }

  #arnOf(text: string | undefined, subject: string): LayerVersionArn {
    const arn = parseLayerVersionArn(text ?? '');
    if (arn === undefined) throw malformed(subject);
    return arn;
  }

  async #described(
    error: unknown,
    call: { operation: string; signal: AbortSignal; permission: string },
  ): Promise<unknown> {
    const { operation, signal, permission } = call;
    return errorOfAws(error, {
      service: 'Lambda',
      region: await this.#client.config.region(),
      operation,
      hints: { AccessDenied: permission },
      signal,
    });
  }
}

/** 32 bytes in Base64. */
function isSha256(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(text);
}

function malformed(subject: string): ProviderError {
  return new ProviderError('GeneralServiceException', `Lambda's answer about ${subject} is not whole`);
}
