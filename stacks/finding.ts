import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What a rule of cdk-nag finds, and why it is meant to be so. */
export interface AcknowledgedFinding {
  /** As cdk-nag prints it. */
  readonly id: string;
  /** For a reviewer. */
  readonly reason: string;
}

/**
 * Undefined in an app with an older aws-cdk-lib, which has nobody to tell either: cdk-nag reads acknowledgements since
 * its version 3, and that needs aws-cdk-lib 2.257.0.
 */
const validations: typeof Validations | undefined = Validations;

/** Tells cdk-nag that what it finds on a construct is meant, where the app's aws-cdk-lib can say so. */
export function acknowledgeFinding(construct: IConstruct, finding: AcknowledgedFinding): void {
  validations?.of(construct).acknowledge(finding);
}
