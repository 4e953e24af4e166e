import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerArchive } from '../layers-api/layer-archive.ts';
import { filesOf } from './files.ts';
import { ROOT } from './python-program.ts';
import type { TemplateTool, UploadedZip } from './template-tool.ts';

export interface LayerContent {
  /** The time of each file in the zip. */
  readonly builtAt: Date;
  /** Whether each file has a line more than in the folder. */
  readonly isChanged: boolean;
}

/** The templates of one tool, and its layer. What is read of it is noted, so that no file is left out. */
export class TemplateFolder {
  readonly tool: TemplateTool;
  readonly #read = new Set<string>();

  constructor(tool: TemplateTool) {
    this.tool = tool;
  }

  /** Every file in it, by its path within, sorted. */
  files(): string[] {
    return filesOf(join(ROOT, this.tool.folder));
  }

  /** Those that are templates. */
  templates(): string[] {
    return this.files().filter((file) => file.endsWith('.yaml'));
  }

  /** The files that were read, sorted. */
  filesRead(): string[] {
    return [...this.#read].sort();
  }

  /** A template as CloudFormation gets it. @param zip Of the layer, where it has one. */
  template(file: string, zip?: UploadedZip): Promise<string> {
    this.#read.add(file);
    return this.tool.translate(join(this.tool.folder, file), zip);
  }

  /** A zip of its folder `layer`. */
  layerZip({ builtAt, isChanged }: LayerContent): Promise<Buffer> {
    const folder = join(ROOT, this.tool.folder, 'layer');
    const contents = filesOf(folder).map((file) => {
      this.#read.add(`layer/${file}`);
      return [file, readFileSync(join(folder, file), 'utf8') + (isChanged ? '\nROUNDING = 2\n' : '')];
    });
    return layerArchive(Object.fromEntries(contents), { builtAt });
  }
}
