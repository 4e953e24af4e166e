import {
  CfnCondition,
  CfnParameter,
  CfnRule,
  Fn,
  type ICfnConditionExpression,
  type Stack,
} from 'aws-cdk-lib';
import { givenCondition, type LateProperty } from '../stacks/late-property.ts';
import type { ServiceProperties } from '../stacks/service-properties.ts';
import { PARAMETER_GROUPS, PARAMETERS, type ParameterName } from './parameter-definitions.ts';

export type TemplateParameters = Readonly<Record<ParameterName, CfnParameter>>;

/** The service properties that a template can have for parameters, and a condition for each that may be left empty. */
export function addTemplateParameters(stack: Stack): TemplateParameters {
  const parameters = Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, { label: _, ...props }]) => [
      name,
      new CfnParameter(stack, name, props),
    ]),
  ) as TemplateParameters;
  for (const [property, expression] of Object.entries(conditions(parameters))) {
    new CfnCondition(stack, givenCondition(property as LateProperty), { expression });
  }
  addNetworkRule(stack, parameters);
  stack.templateOptions.metadata = {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: PARAMETER_GROUPS.map(({ label, parameters: Parameters }) => ({
        Label: { default: label },
        Parameters,
      })),
      ParameterLabels: Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, { label }]) => [name, { default: label }]),
      ),
    },
  };
  return parameters;
}

/** The parameters' values as the service takes them. A list is one text, with commas between. */
export function propertiesOf(parameters: TemplateParameters): ServiceProperties {
  const text = (name: ParameterName) => parameters[name].valueAsString;
  const list = (name: ParameterName) => [text(name)];
  return {
    qualifier: text('Qualifier'),
    repositoryPattern: text('RepositoryPattern'),
    parameterPattern: text('ParameterPattern'),
    allowedSourceRegistries: list('AllowedSourceRegistries'),
    readableRegistries: list('ReadableRegistries'),
    network: { subnetIds: list('SubnetIds'), securityGroupIds: list('SecurityGroupIds') },
    logRetention: parameters.LogRetention.valueAsNumber,
    alarmTopicArn: text('AlarmTopicArn'),
    registryHosts: text('RegistryHosts'),
    endpointOverride: text('EndpointOverride'),
  };
}

function conditions(parameters: TemplateParameters): Record<LateProperty, ICfnConditionExpression> {
  return {
    AlarmTopicArn: isGiven(parameters.AlarmTopicArn),
    EndpointOverride: isGiven(parameters.EndpointOverride),
    Network: isGiven(parameters.SubnetIds),
    PermissionsBoundary: isGiven(parameters.PermissionsBoundary),
    Qualifier: isGiven(parameters.Qualifier),
    ReadableRegistries: isGiven(parameters.ReadableRegistries),
    RepositoryPattern: isGiven(parameters.RepositoryPattern),
  };
}

function isGiven(parameter: CfnParameter): ICfnConditionExpression {
  return Fn.conditionNot(isEmpty(parameter));
}

function isEmpty(parameter: CfnParameter): ICfnConditionExpression {
  return Fn.conditionEquals(parameter, '');
}

/** Told before anything is made: a function in a VPC needs both. */
function addNetworkRule(stack: Stack, { SubnetIds, SecurityGroupIds }: TemplateParameters): void {
  const both = [SubnetIds, SecurityGroupIds];
  new CfnRule(stack, 'NetworkIsWhole', {
    assertions: [
      {
        assert: Fn.conditionOr(Fn.conditionAnd(...both.map(isGiven)), Fn.conditionAnd(...both.map(isEmpty))),
        assertDescription: 'SubnetIds and SecurityGroupIds go together: give both, or none',
      },
    ],
  });
}
