import type { Account } from '../../../local/account.ts';
import type { ArtifactBucket } from './artifact-bucket.ts';
import { ExampleStack, type Values } from './example-stack.ts';
import { RetainedResources } from './retained-resources.ts';
import type { LayerContent, TemplateFolder } from './template-folder.ts';

const TEMPLATE = 'layer-producer.yaml';

/** One build of the layer: another one is another zip. */
export interface LayerBuild extends LayerContent {
  readonly name: string;
}

export interface LayerStackOptions {
  readonly account: Account;
  readonly bucket: ArtifactBucket;
  readonly folder: TemplateFolder;
  readonly stackName: string;
  /** The SSM parameter with the newest version. */
  readonly parameter: string;
}

/** The stack of a layer, which is built and uploaded as its owner would. */
export class LayerStack {
  readonly #options: LayerStackOptions;
  readonly #stack: ExampleStack;
  readonly #retained = new RetainedResources();
  readonly layerName: string;

  constructor(options: LayerStackOptions) {
    this.#options = options;
    this.#stack = new ExampleStack(options.account, options.stackName);
    this.layerName = `${options.stackName}-layer`;
  }

  /** @returns the stack's outputs. */
  async publish(build: LayerBuild): Promise<Values> {
    const { bucket, folder, parameter } = this.#options;
    const zip = await folder.layerZip(build);
    const uploaded = await bucket.upload(`${this.#stack.name}-${build.name}.zip`, zip);
    const template = this.#retained.in(await folder.template(TEMPLATE, uploaded));
    return this.#stack.deploy(template, {
      LayerParameter: parameter,
      ...folder.tool.layerParameters(uploaded),
    });
  }

  delete(): Promise<void> {
    return this.#stack.delete();
  }
}
