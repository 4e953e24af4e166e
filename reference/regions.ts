/**
 * A page holds what is generated between two comments, `<!-- reference: <name> -->` and `<!-- end of reference -->`.
 * All around them is written by hand.
 */
const REGION = /^<!-- reference: ([^\n]+) -->\n[\s\S]*?^<!-- end of reference -->$/gm;

/** What stands in the regions of one page, by their names. */
export type Regions = Readonly<Record<string, string>>;

/**
 * The page with its regions as they should be.
 * @throws Error for a region that the page lacks, has twice, or that nobody knows.
 */
export function withRegions(page: string, regions: Regions): string {
  const missing = new Set(Object.keys(regions));
  const text = page.replaceAll(REGION, (_, name: string) => {
    const content = regions[name];
    if (content === undefined) {
      throw new Error(`There is no region «${name}»; there are ${Object.keys(regions).join(', ')}`);
    }
    if (!missing.delete(name)) throw new Error(`The region «${name}» stands twice`);
    return `<!-- reference: ${name} -->\n\n${content}\n\n<!-- end of reference -->`;
  });
  if (missing.size > 0) throw new Error(`The page lacks the region «${[...missing].join('», «')}»`);
  return text;
}
