import {
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  ListLayerVersionsCommand,
} from '@aws-sdk/client-lambda';
import type { Account } from './account.ts';

/** More than a run publishes; Lambda lists no more at once. */
const MAX_VERSIONS = 50;

/** The SHA-256 of a layer version's zip, as Lambda tells it. */
export async function codeSha256Of(
  { lambda }: Account,
  Arn: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const { Content } = await lambda.send(new GetLayerVersionByArnCommand({ Arn }), { abortSignal });
  return Content?.CodeSha256;
}

/** Whether the account has a layer of this name. */
export async function hasLayer(
  account: Account,
  layerName: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  return (await versionsOf(account, layerName, abortSignal)).length > 0;
}

/** Removes all versions of a layer: those that were replaced stay when their stack goes. None is no error. */
export async function removeLayer(
  account: Account,
  LayerName: string,
  abortSignal: AbortSignal,
): Promise<void> {
  for (const VersionNumber of await versionsOf(account, LayerName, abortSignal)) {
    await account.lambda.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber }), { abortSignal });
  }
}

async function versionsOf(
  { lambda }: Account,
  LayerName: string,
  abortSignal: AbortSignal,
): Promise<number[]> {
  const { LayerVersions = [] } = await lambda.send(
    new ListLayerVersionsCommand({ LayerName, MaxItems: MAX_VERSIONS }),
    { abortSignal },
  );
  return LayerVersions.flatMap(({ Version }) => (Version === undefined ? [] : [Version]));
}
