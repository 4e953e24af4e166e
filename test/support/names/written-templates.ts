import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocument } from '../../../cli/plan/document.ts';
import type { WrittenResource, WrittenTemplate } from './template-names.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXCLUDED = ['**/node_modules/**', '**/cdk.out/**', '**/.venv/**'];

/** The files of the project that match, from its root. */
export function filesOf(...patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: ROOT, exclude: EXCLUDED }).sort();
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Every file that is a template, of those that match. */
export async function templatesOf(...patterns: readonly string[]): Promise<WrittenTemplate[]> {
  const found = filesOf(...patterns).map(async (file) => {
    const document = await readDocument(join(ROOT, file));
    return isFields(document) && isFields(document.Resources)
      ? [{ ...document, file } as WrittenTemplate]
      : [];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Every page with resources in its blocks of YAML and JSON, of those that match, each as one template: a block may
 * read what another one of the page makes. A block is a template, its resources, or the properties of a plan. Of two
 * resources with one logical id both are looked at.
 */
export async function templatesOfPages(...patterns: readonly string[]): Promise<WrittenTemplate[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-names-'));
  try {
    const pages = filesOf(...patterns).map(async (file) => {
      const blocks = [...textOf(file).matchAll(/^```(?:ya?ml|json)\n(.*?)^```$/gms)];
      const read = blocks.map(([, text = ''], index) => {
        const path = join(folder, `${file.replaceAll('/', '-')}-${index}`);
        writeFileSync(path, text);
        return readDocument(path);
      });
      return pageTemplate(file, await Promise.all(read));
    });
    return (await Promise.all(pages)).filter(({ Resources }) => Object.keys(Resources).length > 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pageTemplate(file: string, documents: readonly unknown[]): WrittenTemplate {
  const resources = documents.filter(isFields).flatMap((document) => Object.entries(resourcesIn(document)));
  const ids = new Map<string, number>();
  const named = resources.map(([id, resource]) => {
    const count = (ids.get(id) ?? 0) + 1;
    ids.set(id, count);
    return [count === 1 ? id : `${id} (${count})`, resource];
  });
  return { file, Resources: Object.fromEntries(named) };
}

function resourcesIn(document: Fields): Readonly<Record<string, WrittenResource>> {
  if (isFields(document.Resources)) return document.Resources as Record<string, WrittenResource>;
  if (document.Scenarios !== undefined) {
    return { Plan: { Type: 'Custom::ScheduledScaling', Properties: document } };
  }
  const resources = Object.entries(document).filter(
    ([, value]) => isFields(value) && typeof value.Type === 'string',
  );
  return Object.fromEntries(resources) as Record<string, WrittenResource>;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
