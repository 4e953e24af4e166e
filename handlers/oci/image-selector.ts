import { type Digest, isDigest } from './digest.ts';
import { TAG } from './tag.ts';

/**
 * Which image of a repository is meant: what an application's pipeline releases, as a parameter's value.
 *
 *     selector := tag | digest | tag "@" digest
 *     tag      := [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
 *     digest   := "sha256:" [0-9a-f]{64}
 *
 * With both the digest decides, and the tag is a name for people.
 */
export type ImageSelector =
  | { readonly tag: string; readonly digest?: Digest }
  | { readonly tag?: never; readonly digest: Digest };

/** What a selector may be, in words. */
export const IMAGE_SELECTOR_SHAPE = 'a tag, a digest (sha256:…) or tag@sha256:…';

/** A selector, or what is wrong with the text, as the rest of a sentence that starts with it. It never holds the text. */
export type SelectorReading =
  | { readonly ok: true; readonly selector: ImageSelector }
  | { readonly ok: false; readonly because: string };

export function readImageSelector(text: string): SelectorReading {
  if (text === '') return refused('is empty');
  if (text.trim() !== text) return refused('begins or ends with white space, such as a line break');
  const [name = '', digest, ...more] = text.split('@');
  if (more.length > 0) return refused('has more than one "@"');
  if (digest === undefined) {
    if (isDigest(name)) return { ok: true, selector: { digest: name } };
    if (/^sha\d+:/i.test(name)) return refused(NO_DIGEST);
    return readTag(name) ?? { ok: true, selector: { tag: name } };
  }
  if (name === '') return refused('has no tag before its "@"');
  const mistake = readTag(name);
  if (mistake !== undefined) return mistake;
  return isDigest(digest) ? { ok: true, selector: { tag: name, digest } } : refused(NO_DIGEST);
}

export function formatImageSelector({ tag, digest }: ImageSelector): string {
  return [tag, digest].filter((part) => part !== undefined).join('@');
}

/** Whether it is a tag of the registry's grammar. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

const NO_DIGEST = 'has a digest that is not sha256: and 64 hexadecimal digits in lower case';

function readTag(name: string): SelectorReading | undefined {
  if (isTag(name)) return undefined;
  if (/[/:]/.test(name))
    return refused('looks like a whole image reference, and the repository is named elsewhere');
  return refused('has a tag that is not 1 to 128 letters, digits, "_", "." or "-", the first no "." or "-"');
}

function refused(because: string): SelectorReading {
  return { ok: false, because };
}
