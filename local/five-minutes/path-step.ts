import { fencedBlocks } from '../../site/fenced-block.ts';
import { LocalError } from '../local-error.ts';

/** What a reader does next: types a command, or saves a file. */
export type PathStep =
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'file'; readonly name: string; readonly text: string };

/** What a file may be called: it stays in its folder. */
const FILE_NAME = /^[\w-]+(?:\.[\w-]+)+$/;

/**
 * Reads the steps of one section of a page, in their order: each command of its `sh` blocks, and each block that has a
 * file's name behind its language.
 * @throws LocalError for a block that is neither, or a section without a command.
 */
export function readPath(page: string, markdown: string, heading: string): PathStep[] {
  const section = markdown.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
  const steps = fencedBlocks(page, section).flatMap(({ language, name, code }): PathStep[] => {
    if (FILE_NAME.test(name)) return [{ kind: 'file', name, text: code }];
    if (language === 'sh') return commandsIn(code).map((command) => ({ kind: 'command', command }));
    throw new LocalError(
      `${page}, «${heading}»: a block of ${language} has no file's name, so nobody can tell what to do with it`,
    );
  });
  if (!steps.some(({ kind }) => kind === 'command')) {
    throw new LocalError(`${page} has no command under «${heading}»`);
  }
  return steps;
}

/** A command for each line; one that ends in a backslash goes on in the next. */
function commandsIn(script: string): string[] {
  return script
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
