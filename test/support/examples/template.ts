import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../../cli/plan/document.ts';
import { runProgram } from '../../../local/child-program.ts';
import { ROOT } from './python-program.ts';

const SHELL_LIMIT_MS = 30_000;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What a template of the examples has. */
export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: object;
}

/** @param path From the project's root. */
export async function readTemplate(path: string): Promise<Template> {
  return (await readDocument(join(ROOT, path))) as Template;
}

/** The lines of the comment that it begins with. */
export function headOf(path: string): string[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  return lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('#')),
  );
}

export function resourcesOfType({ Resources }: Template, type: string): Resource[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

/** What its roles may do. */
export function statementsOf({ Resources }: Template): Statement[] {
  return Object.values(Resources).flatMap(({ Properties: { Policies = [] } = {} }) =>
    (Policies as { readonly PolicyDocument: { readonly Statement: Statement[] } }[]).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    ),
  );
}

/** The parameters that a head's command gives, as a shell makes them of it. */
export async function parametersOf(head: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const command = head.flatMap((line) => (line.startsWith('#   ') ? [line.slice(4)] : [])).join('\n');
  const tools = ['aws', 'sam'].map((name) => `${name}() { printf '%s\\n' "$@"; }`);
  const { exitCode, stdout, tail } = await runProgram('bash', ['-euc', [...tools, command].join('\n')], {
    env: { PATH: process.env.PATH },
    limitMs: SHELL_LIMIT_MS,
  });
  if (exitCode !== 0) throw new Error(tail);
  const [, given = ''] = stdout.split('--parameter-overrides\n');
  return new Map(
    given
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
