import { Annotations, AspectPriority, Aspects, CfnResource, Stack, TagManager, Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The tag by which a resource's owner lets the service use it, and what else may be said for it. */
export interface OwnersConsent {
  readonly what: 'repository' | 'secret';
  readonly tag: { readonly key: string; readonly value: string };
  /** What does instead of the tag, as the end of a sentence. Default: nothing. */
  readonly otherwise?: string;
}

/**
 * Tags a resource that the user's own stack creates. Whoever writes the template of another stack decides there, so
 * for any other resource there is a warning, unless this app shows that the tag is there.
 */
export function tagOrWarn(user: IConstruct, resource: IConstruct, consent: OwnersConsent): void {
  const { what, tag, otherwise } = consent;
  if (resource.node.defaultChild !== undefined && Stack.of(resource) === Stack.of(user)) {
    Tags.of(resource).add(tag.key, tag.value);
    return;
  }
  const warn = () =>
    Annotations.of(user).addWarningV2(
      `deploytime:${what}Tag`,
      `The ${what} ${resource.node.path} is not of this stack: its owner must give it the tag ${tag.key}=${tag.value}` +
        `${otherwise === undefined ? '' : `, or ${otherwise}`}; else the deployment fails with AccessDenied`,
    );
  // Tags are aspects themselves; this one comes after them.
  const visit = (node: IConstruct) => {
    if (node === user && tagValue(resource, tag.key) !== tag.value) warn();
  };
  Aspects.of(user).add({ visit }, { priority: AspectPriority.READONLY });
}

function tagValue(resource: IConstruct, key: string): string | undefined {
  const child = resource.node.defaultChild;
  if (child === undefined || !CfnResource.isCfnResource(child)) return undefined;
  return TagManager.of(child)?.tagValues()[key];
}
