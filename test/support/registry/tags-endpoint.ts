import type { Answer, Exchange } from './exchange.ts';
import type { StoredRepository } from './registry-store.ts';

/**
 * All tags, or `n` of them after `last`, in order.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function answerTags({ url }: Exchange, { name, tags: tagged }: StoredRepository): Answer {
  const last = url.searchParams.get('last');
  const count = Number(url.searchParams.get('n') ?? Number.POSITIVE_INFINITY);
  const left = [...tagged.keys()].sort().filter((tag) => last === null || tag > last);
  const tags = left.slice(0, count);
  const next = `/v2/${name}/tags/list?n=${count}&last=${tags.at(-1)}`;
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      ...(tags.length > 0 && tags.length < left.length && { link: `<${next}>; rel="next"` }),
    },
    body: Buffer.from(JSON.stringify({ name, tags })),
  };
}
