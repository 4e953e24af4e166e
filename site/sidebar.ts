import { siteLink } from './link.ts';

/** One topic of the sidebar, in the shape that VitePress takes. */
export interface SidebarTopic {
  readonly text: string;
  readonly collapsed: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** The page that lists all others: on GitHub a page to read, here the sidebar. */
export const CONTENTS = 'docs/README.md';
/** Topics of more pages than this are shut, unless one of their pages is open. */
const OPEN_TOPIC_PAGES = 12;

/**
 * Reads the sidebar out of the list of contents: a topic is a heading, a page an item that begins with a link.
 * @param markdown Of docs/README.md.
 * @param pages All pages there are.
 */
export function readSidebar(markdown: string, pages: readonly string[]): SidebarTopic[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [text = '', ...lines] = section.split('\n');
      const items = lines.flatMap((line) => {
        const [, label, href] = /^- \[([^\]]+)\]\(([^)]+)\)/.exec(line) ?? [];
        if (label === undefined || href === undefined) return [];
        return [{ text: label.replaceAll('`', ''), link: siteLink(CONTENTS, href, pages) }];
      });
      return { text: text.trim(), collapsed: items.length > OPEN_TOPIC_PAGES, items };
    });
}
