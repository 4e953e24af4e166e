/** One command of a script: its program and arguments, without quotes; a substitution stands for itself. */
export type ShellCommand = readonly string[];

const TOKEN =
  /\\\n|[ \t]+|#[^\n]*|(&&|\|\||[|;\n&()])|((?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\$\([^()]*(?:\([^()]*\)[^()]*)*\)|[<>]\([^()]*\)|[^\s'"\\|;&()])+)/gy;
const ASSIGNMENT = /^\w+=/;
const KEYWORDS = ['if', 'then', 'else', 'fi', 'do', 'done', 'while', '!', '{', '}'];

/** The commands of a script, those in `$(…)` and `<(…)` too. It knows as much of the shell as documentation needs. */
export function shellCommands(script: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  const end = () => {
    while (words[0] !== undefined && (ASSIGNMENT.test(words[0]) || KEYWORDS.includes(words[0])))
      words.shift();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  let reached = 0;
  for (const match of script.matchAll(TOKEN)) {
    reached = match.index + match[0].length;
    const [, operator, word] = match;
    if (operator !== undefined) end();
    if (word === undefined) continue;
    for (const [, inner = ''] of word.matchAll(/[$<>]\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)) {
      commands.push(...shellCommands(inner));
    }
    words.push(unquoted(word));
  }
  end();
  if (reached < script.length) throw new Error(`This can't be read as a script: ${script.slice(reached)}`);
  return commands;
}

function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g, (_, single, double, escaped) =>
    String(single ?? double ?? escaped),
  );
}
