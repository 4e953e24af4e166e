import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layerArchive } from '../layers-api/layer-archive.ts';
import type { Values } from './example-stack.ts';
import { ROOT, runPython } from './python-program.ts';

const TRANSLATOR = 'test/support/examples/translate-sam.py';

/** Where the zip of a layer was uploaded to. */
export interface UploadedZip {
  readonly bucket: string;
  readonly key: string;
}

export interface LayerContent {
  /** The time of each file in the zip. */
  readonly builtAt: Date;
  /** Whether each file has a line more than in the folder. */
  readonly isChanged: boolean;
}

/** A template as CloudFormation gets it, and the parameters that name an uploaded zip. */
export interface LayerTemplate {
  readonly template: string;
  readonly parameters: Values;
}

/** The templates of one tool in `examples/`. What is read of it is noted, so that no file is left out. */
export abstract class TemplateFolder {
  /** From the project's root. */
  readonly path: string;
  readonly #read = new Set<string>();

  constructor(path: string) {
    this.path = path;
  }

  /** Every file in it, by its path within, sorted. */
  files(): string[] {
    return filesOf(join(ROOT, this.path));
  }

  /** Those that are templates. */
  templates(): string[] {
    return this.files().filter((file) => file.endsWith('.yaml'));
  }

  /** The files that were read, sorted. */
  filesRead(): string[] {
    return [...this.#read].sort();
  }

  /** A template as CloudFormation gets it. */
  template(file: string): Promise<string> {
    this.#read.add(file);
    return this.translated(join(this.path, file));
  }

  /** A template that publishes the layer out of an uploaded zip. */
  layerTemplate(file: string, zip: UploadedZip): Promise<LayerTemplate> {
    this.#read.add(file);
    return this.translatedLayer(join(this.path, file), zip);
  }

  /** A zip of its folder `layer`. */
  async layerZip({ builtAt, isChanged }: LayerContent): Promise<Buffer> {
    const folder = join(ROOT, this.path, 'layer');
    const contents = filesOf(folder).map((file) => {
      this.#read.add(`layer/${file}`);
      return [file, readFileSync(join(folder, file), 'utf8') + (isChanged ? '\nROUNDING = 2\n' : '')];
    });
    return layerArchive(Object.fromEntries(contents), { builtAt });
  }

  protected abstract translated(path: string): Promise<string>;
  protected abstract translatedLayer(path: string, zip: UploadedZip): Promise<LayerTemplate>;
}

/** Templates that go to CloudFormation as they stand. */
export class CloudFormationFolder extends TemplateFolder {
  constructor() {
    super('examples/cloudformation');
  }

  protected override translated(path: string): Promise<string> {
    return readFile(join(ROOT, path), 'utf8');
  }

  protected override async translatedLayer(path: string, { bucket, key }: UploadedZip) {
    return { template: await this.translated(path), parameters: { LayerBucket: bucket, LayerKey: key } };
  }
}

/** Templates that AWS's own translator makes CloudFormation of. */
export class SamFolder extends TemplateFolder {
  constructor() {
    super('examples/sam');
  }

  protected override translated(path: string): Promise<string> {
    return runPython('python', [TRANSLATOR, path]);
  }

  protected override async translatedLayer(path: string, { bucket, key }: UploadedZip) {
    return {
      template: await runPython('python', [TRANSLATOR, path, `s3://${bucket}/${key}`]),
      parameters: {},
    };
  }
}

/** The files below a folder, by their paths within; what Python leaves there is none. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}
