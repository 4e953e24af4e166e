import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Actions, buildProgram } from '../../../cli/program.ts';
import { readOptions } from '../../../local/options.ts';
import type { ShellCommand } from './shell-command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Programs of others, whose options nobody here holds. */
const FOREIGN = `
  . cat cd cp curl date diff echo export mkdir mv rm sha256sum source tar test zip
  aws cdk docker git pip python3 sam skopeo umoci
`
  .trim()
  .split(/\s+/);
/** What npm does by itself. */
const NPM = ['ci', 'install', 'init', 'pack', 'publish', 'audit', 'view', 'exec'];
/** What npx finds in packages of others. */
const NPX = ['cdk', 'cdk@latest', 'aws-cdk', 'tsc'];

/** What is wrong with a command of the documentation: a sentence, or undefined where it would be understood. */
export function mistakeIn(command: ShellCommand): string | undefined {
  const [program = '', ...args] = command;
  switch (program) {
    case 'npm':
      return mistakeInNpm(args);
    case 'npx': {
      const [name = '', ...rest] = args.filter((arg) => !['--yes', '-y', '--no'].includes(arg));
      if (name.replace(/@.*$/, '') === 'deploytime') return mistakeInDeploytime(rest);
      return NPX.includes(name) ? undefined : `npx ${name} is not known`;
    }
    case 'deploytime':
      return mistakeInDeploytime(args);
    case 'node':
      return mistakeInNode(args);
    default:
      return FOREIGN.includes(program) ? undefined : `${program} is not known`;
  }
}

function mistakeInNpm(args: readonly string[]): string | undefined {
  const [verb = '', ...rest] = args.filter((arg) => arg !== '--silent');
  if (verb === 'test') return mistakeInScript('test', rest);
  if (verb === 'run') return mistakeInScript(rest[0] ?? '', rest.slice(1));
  return NPM.includes(verb) ? undefined : `npm ${verb} is not known`;
}

function mistakeInScript(name: string, rest: readonly string[]): string | undefined {
  if (scripts[name] === undefined) return `npm run ${name} is no script of package.json`;
  const args = rest[0] === '--' ? rest.slice(1) : rest;
  if (name === 'deploytime') return mistakeInDeploytime(args);
  if (name !== 'local') return undefined;
  try {
    readOptions(args, undefined);
    return undefined;
  } catch (error) {
    return `npm run local: ${error instanceof Error ? error.message : error}`;
  }
}

function mistakeInNode([file = '', ...args]: readonly string[]): string | undefined {
  if (file.startsWith('-')) return undefined;
  if (!existsSync(join(ROOT, file))) return `node ${file}: there is no such file`;
  return file === 'cli/main.ts' ? mistakeInDeploytime(args) : undefined;
}

const NOTHING = { write: () => true };

/** Held against the program's own definitions: its commands, their options, and how many arguments they take. */
function mistakeInDeploytime(args: readonly string[]): string | undefined {
  const program = buildProgram({} as Actions, {
    version: '0.0.0',
    streams: { stdout: NOTHING, stderr: NOTHING } as never,
  });
  const [name = '', ...rest] = args;
  if (name === '' || ['--help', '-h', '--version'].includes(name)) return undefined;
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return `deploytime ${name} is no command`;
  // What a variable holds is not known; this is short enough for anything.
  const { operands, unknown } = command.parseOptions(rest.map((arg) => arg.replace(/^\$\w+$/, 'xx')));
  const unexpected = unknown.filter((arg) => !['--help', '-h'].includes(arg));
  if (unexpected.length > 0) return `deploytime ${name} has no option ${unexpected.join(' ')}`;
  return rest.includes('--help') || rest.includes('-h')
    ? undefined
    : mistakeInArguments(command, operands.length);
}

function mistakeInArguments(command: Command, count: number): string | undefined {
  const { registeredArguments: expected } = command;
  const least = expected.filter(({ required }) => required).length;
  const most = expected.some(({ variadic }) => variadic) ? Number.POSITIVE_INFINITY : expected.length;
  if (count >= least && count <= most) return undefined;
  return `deploytime ${command.name()} takes ${least} to ${most} arguments, not ${count}`;
}
