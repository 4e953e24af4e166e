import type { IncomingMessage } from 'node:http';

/** An answer of Lambda's API in error. */
export class LayersApiError extends Error {
  /** The exception's name. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is asked. `subject` is the layer's name or ARN, or the version's ARN. */
export type LayerCall =
  | {
      readonly action: 'ListLayerVersions';
      readonly subject: string;
      readonly marker: string | undefined;
      readonly maxItems: number;
    }
  | { readonly action: 'GetLayerVersionByArn'; readonly subject: string }
  | { readonly action: 'PublishLayerVersion'; readonly subject: string; readonly archive: Buffer }
  | { readonly action: 'DeleteLayerVersion'; readonly subject: string; readonly version: number };

export type LayersAction = LayerCall['action'];

const API = '/2018-10-31/layers';
const MAX_LENGTH = 140;
const MAX_ITEMS = 50;
const ARN = 'arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+';
const LAYER = new RegExp(`^(${ARN}|[a-zA-Z0-9-_]+)$`);
const LAYER_VERSION = new RegExp(`^${ARN}:[0-9]+$`);

/**
 * Stricter than Lambda, which passes over a parameter that it does not know.
 * @throws LayersApiError for what no client of AWS sends.
 */
export function parseCall(request: IncomingMessage, body: Buffer, region: string): LayerCall {
  const { authorization = '' } = request.headers;
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    throw new LayersApiError('MissingAuthenticationTokenException', 'The request is not signed');
  }
  if (!authorization.includes(`/${region}/lambda/aws4_request`)) {
    throw new LayersApiError(
      'InvalidSignatureException',
      `The request is not signed for Lambda in ${region}`,
    );
  }
  const url = new URL(request.url ?? '/', 'http://unused');
  const parameters = new Parameters(url.searchParams);
  const call = parse(request.method ?? '', url.pathname, parameters, body);
  parameters.assertAllRead();
  return call;
}

function parse(method: string, path: string, parameters: Parameters, body: Buffer): LayerCall {
  if (method === 'GET' && path === API && parameters.find('find') === 'LayerVersion') {
    return {
      action: 'GetLayerVersionByArn',
      subject: matching('Arn', parameters.find('Arn') ?? '', LAYER_VERSION),
    };
  }
  const [, layer, version] = /^\/2018-10-31\/layers\/([^/]+)\/versions(?:\/([0-9]+))?$/.exec(path) ?? [];
  if (layer === undefined) throw unknownCall(method, path);
  const subject = matching('LayerName', decodeURIComponent(layer), LAYER);
  if (method === 'GET' && version === undefined) {
    const maxItems = Number(parameters.find('MaxItems') ?? MAX_ITEMS);
    if (!(Number.isInteger(maxItems) && maxItems >= 1 && maxItems <= MAX_ITEMS)) {
      throw invalid(`MaxItems is ${maxItems}`);
    }
    return { action: 'ListLayerVersions', subject, marker: parameters.find('Marker'), maxItems };
  }
  if (method === 'POST' && version === undefined) {
    const { Content } = JSON.parse(body.toString('utf8')) as { Content?: { ZipFile?: string } };
    if (!Content?.ZipFile) throw invalid('Content has no ZipFile');
    return { action: 'PublishLayerVersion', subject, archive: Buffer.from(Content.ZipFile, 'base64') };
  }
  if (method === 'DELETE' && version !== undefined) {
    return { action: 'DeleteLayerVersion', subject, version: Number(version) };
  }
  throw unknownCall(method, path);
}

function unknownCall(method: string, path: string): LayersApiError {
  return new LayersApiError('UnknownOperationException', `${method} ${path} is no call of the layers' API`);
}

class Parameters {
  readonly #parameters: URLSearchParams;
  readonly #read = new Set<string>();

  constructor(parameters: URLSearchParams) {
    this.#parameters = parameters;
  }

  find(name: string): string | undefined {
    this.#read.add(name);
    return this.#parameters.get(name) ?? undefined;
  }

  assertAllRead(): void {
    const unknown = [...this.#parameters.keys()].filter((name) => !this.#read.has(name));
    if (unknown.length > 0) throw invalid(`${unknown.join(', ')} is no parameter of this call`);
  }
}

function matching(name: string, value: string, pattern: RegExp): string {
  if (value.length <= MAX_LENGTH && pattern.test(value)) return value;
  throw invalid(`${name} is ${JSON.stringify(value)}`);
}

function invalid(message: string): LayersApiError {
  return new LayersApiError('InvalidParameterValueException', message);
}
