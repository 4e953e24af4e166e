import { CfnOutput, LegacyStackSynthesizer, Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DeploytimeService } from '../stacks/deploytime-service.ts';
import type { FunctionCode } from '../stacks/function-code.ts';
import { ifGiven } from '../stacks/late-property.ts';
import { VERSION } from '../stacks/version.ts';
import { addTemplateParameters, propertiesOf } from './template-parameters.ts';

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
    Validations.of(this).acknowledge({
      id: 'Annotation::@aws-cdk/core:Stack.templateSize',
      reason: 'The code of the functions is most of it; a test holds the size.',
    });
    const parameters = addTemplateParameters(this);
    // The logical ids are those of ServiceStack: a stack of the one can be updated with the template of the other.
    new DeploytimeService(this, 'Default', { ...propertiesOf(parameters), functionCode });
    const boundary = ifGiven('PermissionsBoundary', parameters.PermissionsBoundary.valueAsString).toString();
    PermissionsBoundary.of(this).apply(ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', boundary));
    new CfnOutput(this, 'Version', { value: VERSION });
    this.templateOptions.metadata = { ...this.templateOptions.metadata, 'deploytime:version': VERSION };
  }
}
