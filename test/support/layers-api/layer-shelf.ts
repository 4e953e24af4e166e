import { createHash, randomUUID } from 'node:crypto';

/** A version of a layer as it was published. */
export interface ShelvedVersion {
  readonly arn: string;
  readonly layerArn: string;
  readonly version: number;
  readonly archive: Buffer;
  /** In Base64. */
  readonly codeSha256: string;
  readonly createdDate: string;
  /** Other accounts that may get it. */
  readonly sharedWith: readonly string[];
  /** The key of its archive in Lambda's bucket. */
  readonly key: string;
}

interface ShelvedLayer {
  nextVersion: number;
  readonly versions: Map<number, ShelvedVersion>;
}

export interface PublishOptions {
  /** Whose layer it is. Default: the shelf's own account. */
  readonly accountId?: string;
  /** Default: nobody. */
  readonly sharedWith?: readonly string[];
}

/** The layers of a Region, of any account, in memory. Version numbers are never given twice. */
export class LayerShelf {
  readonly accountId: string;
  readonly region: string;
  readonly #layers = new Map<string, ShelvedLayer>();

  constructor(options: { accountId: string; region: string }) {
    this.accountId = options.accountId;
    this.region = options.region;
  }

  publish(layerName: string, archive: Buffer, options: PublishOptions = {}): ShelvedVersion {
    const { accountId = this.accountId, sharedWith = [] } = options;
    const layerArn = this.arnOf(layerName, accountId);
    const layer = this.#layers.get(layerArn) ?? { nextVersion: 1, versions: new Map() };
    this.#layers.set(layerArn, layer);
    const version: ShelvedVersion = {
      arn: `${layerArn}:${layer.nextVersion}`,
      layerArn,
      version: layer.nextVersion,
      archive,
      codeSha256: createHash('sha256').update(archive).digest('base64'),
      createdDate: new Date().toISOString().replace('Z', '+0000'),
      sharedWith,
      key: `snapshots/${accountId}/${layerName}-${randomUUID()}`,
    };
    layer.versions.set(version.version, version);
    layer.nextVersion += 1;
    return version;
  }

  /** By the version's ARN. Without effect where it is not there, as with Lambda. */
  remove(arn: string): void {
    const { layerArn, version } = splitArn(arn);
    this.#layers.get(layerArn)?.versions.delete(version);
  }

  /** Removes every version; a layer without any is not listed. */
  removeLayer(layerName: string): void {
    this.#layers.get(this.arnOf(layerName))?.versions.clear();
  }

  find(arn: string): ShelvedVersion | undefined {
    const { layerArn, version } = splitArn(arn);
    return this.#layers.get(layerArn)?.versions.get(version);
  }

  /** By the layer's ARN, the newest first. */
  list(layerArn: string): readonly ShelvedVersion[] {
    return [...(this.#layers.get(layerArn)?.versions.values() ?? [])].reverse();
  }

  arnOf(layerName: string, accountId: string = this.accountId): string {
    return `arn:aws:lambda:${this.region}:${accountId}:layer:${layerName}`;
  }
}

function splitArn(arn: string): { layerArn: string; version: number } {
  const colon = arn.lastIndexOf(':');
  return { layerArn: arn.slice(0, colon), version: Number(arn.slice(colon + 1)) };
}
