import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { FUNCTION_NAMES, type FunctionName, functionName } from '../stacks/service-name.ts';
import { VERSION } from '../stacks/version.ts';
import type { Bundle } from './bundling.ts';
import { buildInlineBundle } from './inline-bundle.ts';
import { inlineCode } from './inline-code.ts';
import { TemplateStack } from './template-stack.ts';
import { templateText } from './template-text.ts';

const ROOT = join(import.meta.dirname, '..');
const TEMPLATE = join(ROOT, 'dist', 'deploytime.template.json');

/**
 * Builds `dist/deploytime.template.json`: the whole service in one file without assets, for
 * `aws cloudformation deploy --template-file … --s3-bucket …`.
 */
export async function buildTemplate(): Promise<readonly Bundle[]> {
  const parts = await Promise.all(FUNCTION_NAMES.map(buildPart));
  const codes = new Map(parts.map(({ name, code }) => [name, code]));
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(
    TEMPLATE,
    synthesise((name) => Code.fromInline(codes.get(name) ?? '')),
  );
  return parts.map(({ metafile }) => ({ file: TEMPLATE, metafile }));
}

async function buildPart(name: FunctionName) {
  const { code, metafile } = await buildInlineBundle(join(ROOT, 'handlers', `${name}.ts`));
  return {
    name,
    code: await inlineCode(code, { functionName: functionName(name), version: VERSION }),
    metafile,
  };
}

function synthesise(functionCode: (name: FunctionName) => Code): string {
  const outdir = mkdtempSync(join(tmpdir(), 'deploytime-template-'));
  try {
    const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
    const app = new App({ outdir, context, analyticsReporting: false });
    const stack = new TemplateStack(app, 'deploytime', { functionCode });
    const { template } = app.synth().getStackByName(stack.stackName);
    return `${templateText(template)}\n`;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
