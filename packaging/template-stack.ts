import { CfnOutput, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DeploytimeService } from '../stacks/deploytime-service.ts';
import { type AcknowledgedFinding, acknowledgeFinding } from '../stacks/finding.ts';
import type { FunctionCode } from '../stacks/function-code.ts';
import { ifGiven } from '../stacks/late-property.ts';
import { VERSION } from '../stacks/version.ts';
import { addTemplateParameters, propertiesOf } from './template-parameters.ts';

const EMPTY_DEFAULT =
  "The value is a parameter's empty default, which a condition keeps away from here. cfn-lint looks at the file in a test.";
/** What CDK's own look at the template finds. */
const MEANT: readonly AcknowledgedFinding[] = [
  {
    id: 'Annotation::@aws-cdk/core:Stack.templateSize',
    reason: 'The code of the functions is most of it; a test holds the size.',
  },
  ...['F3031', 'E1150', 'W1030'].map((rule) => ({
    id: `CloudFormation-Validate::${rule}`,
    reason: EMPTY_DEFAULT,
  })),
];

export interface TemplateStackProps {
  readonly functionCode: FunctionCode;
}

/** The service in a template that needs neither assets nor a bootstrapped account, its properties being parameters. */
export class TemplateStack extends Stack {
  constructor(scope: Construct, id: string, { functionCode }: TemplateStackProps) {
    super(scope, id, {
      // It has no assets, so that nothing of CDK's own needs to be there.
      synthesizer: new LegacyStackSynthesizer(),
      description: `deploytime ${VERSION}: the deploy-time service for CloudFormation, in one file`,
    });
    for (const finding of MEANT) acknowledgeFinding(this, finding);
    const parameters = addTemplateParameters(this);
    // The logical ids are those of ServiceStack: a stack of the one can be updated with the template of the other.
    new DeploytimeService(this, 'Default', { ...propertiesOf(parameters), functionCode });
    const boundary = ifGiven('PermissionsBoundary', parameters.PermissionsBoundary.valueAsString).toString();
    PermissionsBoundary.of(this).apply(ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', boundary));
    new CfnOutput(this, 'Version', { value: VERSION });
    this.templateOptions.metadata = { ...this.templateOptions.metadata, 'deploytime:version': VERSION };
  }
}
