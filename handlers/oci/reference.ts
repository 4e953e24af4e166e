import { ProviderError } from '../errors.ts';
import { type Digest, isDigest } from './digest.ts';
import { TAG } from './tag.ts';

/**
 * Names an image in a registry, with the short names that Docker knows written out.
 *
 *     reference  := name [ ":" tag ] [ "@" digest ]
 *     name       := [ registry "/" ] path
 *     registry   := host [ ":" port ]     the first part, where it has a "." or ":", or is "localhost"
 *     path       := component { "/" component }
 *     component  := [a-z0-9]+ { ( "." | "_" | "__" | "-"+ ) [a-z0-9]+ }
 *     tag        := [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
 *     digest     := "sha256:" [0-9a-f]{64}
 *
 * Without a registry it is Docker Hub's; there a path of one component is in `library/`; without tag and digest
 * the tag is `latest`. With tag and digest the digest decides. Registry and path have 255 characters at most.
 * @see https://github.com/distribution/reference/blob/v0.6.0/reference.go
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export interface Reference {
  /** Host, and port where there is one, in lower case. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

export const DOCKER_HUB = 'docker.io';
/** A name that old tools write for Docker Hub. */
const DOCKER_HUB_LEGACY = 'index.docker.io';
/** Where Docker Hub's registry really answers. */
const DOCKER_HUB_HOST = 'registry-1.docker.io';

const MAX_NAME_LENGTH = 255;
const MAX_PORT = 65_535;
const MAX_QUOTED_LENGTH = 300;

const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const REGISTRY = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9a-f:]+\\])(?::([0-9]{1,5}))?$`);
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
/** The path of a repository within its registry. */
export const REPOSITORY_PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const HEX_ID = /^[0-9a-f]{64}$/;

/** @throws ProviderError `InvalidRequest` that says which part is wrong. */
export function parseReference(text: string): Reference {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw invalid(text, 'it is written without https://');
  const [beforeDigest = '', digest, ...more] = text.split('@');
  if (more.length > 0) throw invalid(text, 'it has more than one "@"');
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(text, 'its digest must be sha256: and 64 hexadecimal digits in lower case');
  }

  // A colon after the last slash starts the tag; before it, it is the registry's port.
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1);
  const name = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon);
  const tag = colon === -1 ? undefined : beforeDigest.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) {
    throw invalid(
      text,
      'its tag must be 1 to 128 letters, digits, "_", "." or "-", and not start with "." or "-"',
    );
  }

  const { registry, repository } = splitName(text, name);
  if (`${registry}/${repository}`.length > MAX_NAME_LENGTH) {
    throw invalid(text, `its name is longer than ${MAX_NAME_LENGTH} characters`);
  }
  return {
    registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    ...(tag === undefined && digest === undefined && { tag: 'latest' }),
  };
}

/** The whole name, nothing left out; parsing it gives the same reference again. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The host (with port) that connections for a registry go to: the same, save for Docker Hub's. */
export function hostOfRegistry(registry: string): string {
  return registry === DOCKER_HUB ? DOCKER_HUB_HOST : registry;
}

/** One name for a registry, whichever of its names it was given. */
export function normalizeRegistry(registry: string): string {
  const name = registry.toLowerCase();
  return name === DOCKER_HUB_LEGACY || name === DOCKER_HUB_HOST ? DOCKER_HUB : name;
}

function splitName(text: string, name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first.toLowerCase() === 'localhost';
  const registry = hasRegistry ? first.toLowerCase() : DOCKER_HUB;
  const path = hasRegistry ? name.slice(slash + 1) : name;

  const port = REGISTRY.exec(registry);
  if (port === null || Number(port[1] ?? 1) > MAX_PORT || Number(port[1] ?? 1) === 0) {
    throw invalid(text, `"${quotable(first)}" is no registry host`);
  }
  if (!REPOSITORY_PATH.test(path)) {
    throw invalid(
      text,
      'its repository must be lower-case letters and digits, separated by ".", "_", "__", "-" or "/"',
    );
  }
  if (!hasRegistry && HEX_ID.test(path)) throw invalid(text, 'it is an image id, which no registry knows');

  const isHub = registry === DOCKER_HUB || registry === DOCKER_HUB_LEGACY;
  return {
    registry: isHub ? DOCKER_HUB : registry,
    repository: isHub && !path.includes('/') ? `library/${path}` : path,
  };
}

function invalid(text: string, why: string): ProviderError {
  return new ProviderError(
    'InvalidRequest',
    `"${quotable(text)}" is no image reference: ${why}; registry/repository:tag or registry/repository@sha256:… is allowed`,
  );
}

function quotable(text: string): string {
  return text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
}
