/** A table of Markdown, as GitHub reads it. Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => {
    for (const cell of cells) {
      if (/\n|(?<!\\)\|/.test(cell)) throw new Error(`A cell can't hold ${JSON.stringify(cell)}`);
    }
    return `| ${cells.join(' | ')} |`;
  });
  return lines
    .join('\n')
    .replace(/^\| (---[-| ]*) \|$/m, (_, dashes: string) => `|${dashes.replaceAll(' ', '')}|`);
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Plain text with nothing left in it that Markdown or HTML would take for its own. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|]/g, '\\$&');
}

/** Markdown without its code marks and links, for what shows plain text. */
export function plain(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}

/** `a`, `b` or `c` */
export function alternatives(words: readonly string[]): string {
  const marked = words.map(code);
  return marked.length < 2 ? marked.join('') : `${marked.slice(0, -1).join(', ')} or ${marked.at(-1)}`;
}
