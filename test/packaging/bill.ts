import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

/** A CycloneDX bill, as far as tests look at it. */
export interface Bill {
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: BilledComponent };
  readonly components: readonly BilledComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

export interface BilledComponent {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly unknown[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly externalReferences: readonly { readonly url: string; readonly hashes?: readonly unknown[] }[];
}

/** What CycloneDX's own schema, taken strictly, has against a bill; null where it is valid. */
export function validationError(text: string): Promise<unknown> {
  return new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
}
