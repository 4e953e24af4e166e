import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EXIT_CODES } from '../../../cli/cli-error.ts';
import { buildProgram } from '../../../cli/program.ts';
import { ERROR_CODES } from '../../../handlers/errors.ts';
import { EVENT_SOURCE, SCALING_OUTCOMES } from '../../../handlers/scaling/run/scaling-event.ts';
import { PARAMETERS } from '../../../packaging/parameter-definitions.ts';
import { resourceTypes } from '../../../reference/resource-types.ts';
import * as exported from '../../../stacks/index.ts';
import { REPOSITORY_TAG, SOURCE_CREDENTIALS_TAG } from '../../../stacks/permissions/ecr-image-permissions.ts';
import { SCALING_TAG } from '../../../stacks/permissions/scaling-consent.ts';
import { SERVICE_PROPERTIES } from '../../../stacks/service-context.ts';
import { ServiceStack, type ServiceStackProps } from '../../../stacks/service-stack.ts';
import { definedPaths } from '../../support/names/property-path.ts';
import { flatResources, quickApp } from '../synthesis.ts';
import { membersOfConstructs } from './construct-names.ts';

const nobody = async (): Promise<void> => {};
const silence = { write: () => true };
const program = buildProgram(
  { deploy: nobody, doctor: nobody, fingerprint: nobody, plan: nobody, remove: nobody, tag: nobody },
  { version: '0', streams: { stdout: silence, stderr: silence } },
);

/** Public names by what they are names of. */
type Names = Readonly<Record<string, readonly string[]>>;

const PINNED = JSON.parse(readFileSync(join(import.meta.dirname, 'public-names.json'), 'utf8')) as Names;

/** Who holds these names, and so what breaks where one is another. */
const WHY: Readonly<Record<string, string>> = {
  functions:
    'deployed stacks name it in their service tokens, and a stack whose service token changes can neither update nor delete its resource',
  parameters: 'templates and scripts read service tokens from it',
  resources: "people's scripts and policies name it, and a table of another name would be an empty one",
  types: 'templates name it, and CloudFormation refuses to change the type of a resource that is deployed',
  properties: 'templates give it, and an unknown property fails their next deployment',
  attributes: 'templates read it, and Fn::GetAtt of what is not answered fails their next deployment',
  codes: 'people and scripts look for it in the events of stacks',
  tags: 'repositories, secrets, clusters and services carry it, and without it the service may not use them any more',
  templateParameters: 'pipelines and StackSets give it, and an unknown one fails their next deployment',
  serviceProperties: 'cdk.json files give it, and an unknown one fails the synthesis',
  exports: 'CDK apps import it',
  members: 'CDK apps read or call it',
  commands: 'pipelines call it',
  exitCodes: 'pipelines test for it',
  events: 'rules of EventBridge match it',
};

describe('public names are for ever', () => {
  const present = presentNames();

  test('the list has every kind of them', () => {
    assert.deepEqual(Object.keys(PINNED), Object.keys(present));
    assert.deepEqual(Object.keys(PINNED).sort(), Object.keys(WHY).sort());
  });

  for (const [kind, names] of Object.entries(PINNED)) {
    test(`${kind}: none is gone or renamed, and what is new is pinned`, () => {
      assert.deepEqual(goneNames(kind, names, present[kind] ?? []), []);
      const added = (present[kind] ?? []).filter((name) => !names.includes(name));
      assert.deepEqual(
        added,
        [],
        'new names are added to public-names.json, once they are good enough for ever',
      );
    });
  }

  test('one that is gone is told, with whom that breaks', () => {
    assert.deepEqual(goneNames('functions', ['deploytime-ecr-image'], ['deploytime-images']), [
      `deploytime-ecr-image is gone: ${WHY.functions}. Give it back`,
    ]);
  });

  test('of a second copy they differ by the qualifier alone', () => {
    const second = deployedNames({ qualifier: 'blue' });
    const renamed = (names: readonly string[]): string[] =>
      names.map((name) => name.replace('deploytime', 'deploytime-blue'));
    assert.deepEqual(second.functions, renamed(PINNED.functions ?? []).sort());
    assert.deepEqual(second.parameters, renamed(PINNED.parameters ?? []).sort());
    assert.deepEqual(second.resources, renamed(PINNED.resources ?? []).sort());
  });
});

function goneNames(kind: string, pinned: readonly string[], present: readonly string[]): string[] {
  return pinned
    .filter((name) => !present.includes(name))
    .map((name) => `${name} is gone: ${WHY[kind]}. Give it back`);
}

function presentNames(): Names {
  return {
    ...deployedNames(),
    types: resourceTypes.map(({ type }) => type),
    properties: resourceTypes
      .flatMap((type) => [...definedPaths(type)].map((path) => `${type.type} ${path}`))
      .sort(),
    attributes: resourceTypes.flatMap(({ type, attributes }) =>
      Object.keys(attributes).map((name) => `${type} ${name}`),
    ),
    codes: ERROR_CODES,
    tags: [REPOSITORY_TAG, SOURCE_CREDENTIALS_TAG, SCALING_TAG].map(({ key, value }) => `${key}=${value}`),
    serviceProperties: SERVICE_PROPERTIES,
    templateParameters: Object.keys(PARAMETERS),
    exports: Object.keys(exported).sort(),
    members: resourceTypes.flatMap(({ type }) => membersOfConstructs(type)),
    commands: program.commands.map((command) => `deploytime ${command.name()}`).sort(),
    exitCodes: Object.entries(EXIT_CODES).map(([name, number]) => `${number} ${name}`),
    events: [EVENT_SOURCE, ...SCALING_OUTCOMES.map((outcome) => `Scheduled Scaling ${outcome}`)],
  };
}

/** The names that the service's template gives, as it is deployed. */
function deployedNames(props: ServiceStackProps = {}) {
  const resources = [...flatResources(new ServiceStack(quickApp(), 'deploytime', props)).values()];
  const named = (type: string, property: string): string[] =>
    resources.flatMap(({ Type, Properties }) => (Type === type ? [String(Properties[property])] : [])).sort();
  return {
    functions: named('AWS::Lambda::Function', 'FunctionName'),
    parameters: named('AWS::SSM::Parameter', 'Name'),
    resources: [
      ...named('AWS::DynamoDB::Table', 'TableName'),
      ...named('AWS::DynamoDB::GlobalTable', 'TableName'),
      ...named('AWS::Events::Rule', 'Name'),
      ...named('AWS::SQS::Queue', 'QueueName'),
      ...named('AWS::StepFunctions::StateMachine', 'StateMachineName'),
    ].sort(),
  };
}
