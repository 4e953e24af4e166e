/** A template, as far as it is looked at here. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}
interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * For each type of the service's stack the properties whose change is a replacement («Update requires: Replacement» in
 * CloudFormation's reference); `all` of them, where a resource can't be updated at all.
 */
const CREATE_ONLY: Readonly<Record<string, readonly string[] | 'all'>> = {
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'ImportSourceSpecification'],
  'AWS::Events::Rule': ['Name', 'EventBusName'],
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::Lambda::EventInvokeConfig': ['FunctionName', 'Qualifier'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Lambda::Permission': 'all',
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SQS::QueuePolicy': [],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'StateMachineType'],
};

/**
 * What CloudFormation would remove or replace where one template follows the other: a sentence each.
 * @throws Error for a type of which is not known what replaces it.
 */
export function replacements(former: Template, present: Template): string[] {
  return Object.entries(former.Resources).flatMap(([id, before]) => {
    const after = present.Resources[id];
    if (after === undefined) return [`${id} (${before.Type}) is gone`];
    if (after.Type !== before.Type) return [`${id} was ${before.Type} and is ${after.Type}`];
    return createOnly(before, after)
      .filter(
        (name) => JSON.stringify(before.Properties?.[name]) !== JSON.stringify(after.Properties?.[name]),
      )
      .map((name) => `${id} (${before.Type}) has another ${name}`);
  });
}

function createOnly(before: TemplateResource, after: TemplateResource): readonly string[] {
  const names = CREATE_ONLY[before.Type];
  if (names === undefined) throw new Error(`it is not known what replaces a resource of type ${before.Type}`);
  return names === 'all' ? Object.keys({ ...before.Properties, ...after.Properties }) : names;
}
