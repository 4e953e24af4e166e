import { Annotations, AspectPriority, Aspects, CfnResource, Stack, TagManager, Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The tag by which a resource's owner lets the service use it, and what else may be said for it. */
export interface OwnersConsent {
  readonly what: 'repository' | 'secret' | 'cluster' | 'service';
  /** What has to carry the tag. Default: it. */
  readonly whose?: string;
  readonly tag: { readonly key: string; readonly value: string };
  /** What is tagged where the resource has others beside it. Default: all. */
  readonly resourceTypes?: string[];
  /** What does instead of the tag, as the end of a sentence. Default: nothing. */
  readonly otherwise?: string;
  /** What comes of neither, as the end of the sentence. Default: the deployment fails. */
  readonly consequence?: string;
}

/**
 * Tags a resource that the user's own stack creates. Whoever writes the template of another stack decides there, so
 * for any other resource there is a warning, unless this app shows that the tag is there.
 */
export function tagOrWarn(user: IConstruct, resource: IConstruct, consent: OwnersConsent): void {
  const { what, whose = 'it', tag, otherwise, consequence = FAILED_DEPLOYMENT } = consent;
  if (ownResource(resource) !== undefined && Stack.of(resource) === Stack.of(user)) {
    Tags.of(resource).add(tag.key, tag.value, { includeResourceTypes: consent.resourceTypes });
    return;
  }
  const warn = () =>
    Annotations.of(user).addWarningV2(
      `deploytime:${what}Tag`,
      `The ${what} ${resource.node.path} is not of this stack: its owner must give ${whose} the tag ${tag.key}=${tag.value}` +
        `${otherwise === undefined ? '' : `, or ${otherwise}`}; ${consequence}`,
    );
  // Tags are aspects themselves; this one comes after them.
  const visit = (node: IConstruct) => {
    if (node === user && tagValue(resource, tag.key) !== tag.value) warn();
  };
  Aspects.of(user).add({ visit }, { priority: AspectPriority.READONLY });
}

const FAILED_DEPLOYMENT = 'else the deployment fails with AccessDenied';

function tagValue(resource: IConstruct, key: string): string | undefined {
  const own = ownResource(resource);
  return own && TagManager.of(own)?.tagValues()[key];
}

/** What the construct itself puts into a template. Undefined where it was imported. */
function ownResource(construct: IConstruct): CfnResource | undefined {
  const own = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  return own !== undefined && CfnResource.isCfnResource(own) ? own : undefined;
}
