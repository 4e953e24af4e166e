import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceFile, sourceFile } from '../../import-rules/source-file.ts';
import { PROJECT_ROOT } from '../synthesis.ts';

/** Clients whose package is named otherwise than IAM names the service. */
const IAM_SERVICES: Readonly<Record<string, string>> = {
  'application-auto-scaling': 'application-autoscaling',
  docdb: 'rds',
  eventbridge: 'events',
  'secrets-manager': 'secretsmanager',
  sfn: 'states',
};

const CLIENT_IMPORT = /import\s*\{([^}]*)\}\s*from\s*"@aws-sdk\/client-([a-z-]+)"/g;

/**
 * The calls of AWS's APIs in an entry and in all that it imports, as IAM names them, each with the files that make it:
 * `rds:ModifyDBInstance` in handlers/scaling/targets/documentdb-call.ts.
 */
export function apiCallsOf(entry: string): Map<string, string[]> {
  const calls = new Map<string, string[]>();
  for (const { path, code } of filesOf(entry)) {
    for (const [, names = '', client = ''] of code.matchAll(CLIENT_IMPORT)) {
      const service = IAM_SERVICES[client] ?? client;
      for (const [, operation] of names.matchAll(/\b([A-Z]\w+)Command\b/g)) {
        if (!new RegExp(`new ${operation}Command\\b`).test(code)) continue;
        const action = `${service}:${operation}`;
        calls.set(action, [...(calls.get(action) ?? []), path]);
      }
    }
  }
  return calls;
}

/** An entry and what it imports, also by the way; types alone make no call. */
function filesOf(entry: string): SourceFile[] {
  const files = new Map<string, SourceFile>();
  const paths = [entry];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    if (files.has(path)) continue;
    const file = sourceFile(path, readFileSync(join(PROJECT_ROOT, path), 'utf8'));
    files.set(path, file);
    const own = file.imports.filter(({ target, isType }) => !isType && target.startsWith('handlers/'));
    paths.push(...own.map(({ target }) => target));
  }
  return [...files.values()];
}
