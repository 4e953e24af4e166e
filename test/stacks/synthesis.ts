import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';

export const PROJECT_ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'deploytime-synthesis-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** An app as cdk.json sets it up. */
export function testApp(context: Record<string, unknown> = {}): App {
  return new App({ outdir: assemblyFolder(), context: testContext(context) });
}

/** A folder for a cloud assembly; it goes when the process ends. */
export function assemblyFolder(): string {
  return mkdtempSync(join(folder, 'app-'));
}

export function testContext(context: Record<string, unknown>): Record<string, unknown> {
  return { ...projectContext(), ...context };
}

/** An app that also leaves out CDK's validation of the template and its printed report, for the many small ones. */
export function quickApp(): App {
  return testApp({
    '@aws-cdk/core:validateAgainstDefaultRules': false,
    '@aws-cdk/core:annotationsInValidationReport': false,
  });
}

function projectContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')).context;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** A stack's template with its references written out flat, as in `arn:<AWS::Partition>:…` and `<Role.Arn>`. */
export function flatTemplate(stack: Stack): Record<string, unknown> {
  return flat(Template.fromStack(stack).toJSON()) as Record<string, unknown>;
}

/** The resources of a flat template by logical id, whose hash at the end is left out. */
export function flatResources(stack: Stack): Map<string, TemplateResource> {
  const resources = flatTemplate(stack).Resources as Record<string, Omit<TemplateResource, 'Properties'>>;
  return new Map(
    Object.entries(resources).map(([id, resource]) => [withoutHash(id), { Properties: {}, ...resource }]),
  );
}

/** @throws Error with the ids that there are. */
export function getResource(stack: Stack, id: string): TemplateResource {
  const resources = flatResources(stack);
  const resource = resources.get(id);
  if (resource !== undefined) return resource;
  throw new Error(`The template has no ${id}; it has ${[...resources.keys()].join(', ')}`);
}

/** What the CDK CLI would warn of, for the construct of this path (`/stack/Image`); `*` is any construct. */
export function warningsOf(stack: Stack, path: string): string[] {
  const found = Annotations.fromStack(stack).findWarning(path, Match.anyValue());
  return found.map(({ entry }) => String(entry.data));
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const reference = flatReference(only[0], only[1]);
    if (reference !== undefined) return reference;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, flat(item)]));
}

function flatReference(key: string, value: unknown): string | undefined {
  switch (key) {
    case 'Ref':
      return `<${withoutHash(String(value))}>`;
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = value as [string, string];
      return `<${withoutHash(logicalId)}.${attribute}>`;
    }
    case 'Fn::Join': {
      const [delimiter, parts] = value as [string, unknown[]];
      return parts.map(flat).join(delimiter);
    }
    case 'Fn::Sub':
      return typeof value === 'string' ? value.replaceAll(/\$\{([^}!]+)\}/g, '<$1>') : undefined;
    default:
      return undefined;
  }
}
