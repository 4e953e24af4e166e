import { relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { siteLink } from './link.ts';

/** What VitePress tells of the page at work: the search knows no `realPath`, since there no route is rewritten. */
interface PageAtWork {
  readonly path: string;
  readonly realPath?: string;
}

/**
 * Makes VitePress read Markdown as GitHub does: links are those of files in the repository, a diagram is a fence of
 * `mermaid`, and braces are only braces.
 * @param root The repository's folder.
 * @param pages All pages there are, by their paths from it.
 */
export function readAsGitHub(md: MarkdownRenderer, root: string, pages: readonly string[]): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const { path, realPath } = env as PageAtWork;
    const from = relative(root, realPath ?? path);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', siteLink(from, href, pages));
    }
  });

  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token?.info.trim() !== 'mermaid') return fence?.(tokens, index, ...rest) ?? '';
    return `<MermaidDiagram source="${encodeURIComponent(token.content)}" />\n`;
  };

  for (const rule of ['text', 'code_inline'] as const) {
    const render = md.renderer.rules[rule];
    md.renderer.rules[rule] = (...given) =>
      // Vue would read them as an expression.
      (render?.(...given) ?? '').replaceAll('{{', '&#123;&#123;');
  }
}
