import { isDigest } from './manifest-document.ts';
import { Refusal } from './refusal.ts';

/** What a path of the distribution API means. */
export type RegistryRoute =
  | { readonly kind: 'base' }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'tags'; readonly name: string };

/** The specification's grammar, and the length that Docker's registry allows. */
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const MAX_NAME_LENGTH = 255;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

const METHODS: Readonly<Record<RegistryRoute['kind'], readonly string[]>> = {
  base: ['GET', 'HEAD'],
  manifest: ['GET', 'HEAD', 'PUT', 'DELETE'],
  blob: ['GET', 'HEAD'],
  uploads: ['POST'],
  upload: ['GET', 'PATCH', 'PUT', 'DELETE'],
  tags: ['GET'],
};

const PARAMETERS: Readonly<Record<RegistryRoute['kind'], readonly string[]>> = {
  base: [],
  manifest: [],
  blob: [],
  uploads: ['mount', 'from', 'digest'],
  upload: ['_state', 'digest'],
  tags: ['n', 'last'],
};

/**
 * Undefined for a path that the API does not have.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 * @throws Refusal for a name, tag or digest that can't be one.
 */
export function findRoute(path: string): RegistryRoute | undefined {
  if (path === '/v2/') return { kind: 'base' };
  const upload = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(path);
  if (upload !== null) {
    const [, name = '', id = ''] = upload;
    checkName(name);
    return id === '' ? { kind: 'uploads', name } : { kind: 'upload', name, id };
  }
  const match = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path);
  if (match === null) return undefined;
  const [, name = '', noun, last = ''] = match;
  checkName(name);
  // A client may write a digest's colon as it is or percent-encoded.
  const reference = last.replaceAll(/%3a/gi, ':');
  if (noun === 'tags') return reference === 'list' ? { kind: 'tags', name } : undefined;
  if (noun === 'blobs') {
    // The address of uploads ends with a slash.
    if (reference === 'uploads') return undefined;
    checkDigest(reference);
    return { kind: 'blob', name, digest: reference };
  }
  if (reference.includes(':')) checkDigest(reference);
  else if (!TAG.test(reference))
    throw new Refusal('MANIFEST_INVALID', `${reference} is no tag`, { status: 404 });
  return { kind: 'manifest', name, reference };
}

function checkName(name: string): void {
  if (NAME.test(name) && name.length <= MAX_NAME_LENGTH) return;
  throw new Refusal('NAME_INVALID', `${name} is no repository name`);
}

function checkDigest(text: string): void {
  if (!isDigest(text)) throw new Refusal('DIGEST_INVALID', `${text} is no digest`);
}

export function allowsMethod({ kind }: RegistryRoute, method: string): boolean {
  return METHODS[kind].includes(method);
}

/** Query parameters that mean nothing there. */
export function unknownParameters({ kind }: RegistryRoute, query: URLSearchParams): string[] {
  return [...query.keys()].filter((name) => !PARAMETERS[kind].includes(name));
}
