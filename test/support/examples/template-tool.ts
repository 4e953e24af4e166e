import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Values } from './example-stack.ts';
import { ROOT, runPython } from './python-program.ts';

const TRANSLATOR = 'test/support/examples/translate-sam.py';

/** Where the zip of a layer was uploaded to. */
export interface UploadedZip {
  readonly bucket: string;
  readonly key: string;
}

/** What takes the templates of a folder to CloudFormation. */
export interface TemplateTool {
  /** The templates' folder, from the project's root. */
  readonly folder: string;
  /** What deploys one. */
  readonly command: string;
  /** A template as CloudFormation gets it. @param zip Of the layer, where it has one. */
  readonly translate: (path: string, zip?: UploadedZip) => Promise<string>;
  /** What a template of a layer is told of its zip. */
  readonly layerParameters: (zip: UploadedZip) => Values;
}

/** Templates go to CloudFormation as they stand. */
export const CLOUDFORMATION: TemplateTool = {
  folder: 'examples/cloudformation',
  command: 'aws cloudformation deploy',
  translate: (path) => readFile(join(ROOT, path), 'utf8'),
  layerParameters: ({ bucket, key }) => ({ LayerBucket: bucket, LayerKey: key }),
};

/** AWS's own translator makes CloudFormation of them, once the CLI has uploaded what they name. */
export const SAM: TemplateTool = {
  folder: 'examples/sam',
  command: 'sam deploy',
  translate: (path, zip) =>
    runPython('python', [TRANSLATOR, path, ...(zip === undefined ? [] : [`s3://${zip.bucket}/${zip.key}`])]),
  layerParameters: () => ({}),
};
