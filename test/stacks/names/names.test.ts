import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PARAMETERS } from '../../../packaging/parameter-definitions.ts';
import { resourceTypes } from '../../../reference/resource-types.ts';
import { ImageFunctionExample } from '../../../stacks/examples/image-function.ts';
import { LayerConsumerExample } from '../../../stacks/examples/layer-consumer.ts';
import { NightlyBatchExample } from '../../../stacks/examples/nightly-batch.ts';
import { ReleasedFunctionExample } from '../../../stacks/examples/released-function.ts';
import { SERVICE_PROPERTIES } from '../../../stacks/service-context.ts';
import { tablesIn } from '../../support/docs/tables.ts';
import { definedPaths } from '../../support/names/property-path.ts';
import { sourceNameMistakes } from '../../support/names/source-names.ts';
import { nameMistakes, usedTypes, type WrittenTemplate } from '../../support/names/template-names.ts';
import { filesOf, templatesOf, templatesOfPages, textOf } from '../../support/names/written-templates.ts';
import { quickApp } from '../synthesis.ts';
import { attributesOfConstructs, pathsOfConstructs } from './construct-names.ts';

/** Where a user reads names, or copies them from. */
const PAGES = ['README.md', 'CHANGELOG.md', 'docs/**/*.md', 'events/**/*.md', 'examples/**/*.md'];
const TEMPLATES = ['examples/**/*.{yaml,yml,json,template}'];
const SOURCES = ['examples/**/*.{ts,mts,js,mjs,py}', 'stacks/examples/**/*.ts'];
/** As a template reads an attribute within a text. */
const IMAGE_TAGS = '$' + '{Image.Tags}';
const TYPE_NAMES = resourceTypes.map(({ type }) => type as string);
const FUNCTIONS = [...resourceTypes.map(({ name }) => name), 'scaling-step', 'undelivered'];

describe('names are those of the definitions in', () => {
  const types = new Set<string>();
  function check(templates: readonly WrittenTemplate[]): void {
    for (const template of templates) {
      assert.deepEqual(nameMistakes(template), []);
      for (const type of usedTypes(template)) types.add(type);
    }
  }

  test('the templates of examples', async () => check(await templatesOf(...TEMPLATES)));

  test('the blocks of pages', async () => {
    const templates = await templatesOfPages(...PAGES);
    check(templates);
    for (const { name } of resourceTypes) {
      assert.ok(templates.some(({ file }) => file === `docs/resource-types/${name}.md`));
    }
  });

  test('the sources of examples in other languages', () => {
    for (const file of filesOf('examples/**/*.py'))
      assert.deepEqual(sourceNameMistakes(file, textOf(file)), []);
  });

  test('the stacks of examples', () => {
    const app = quickApp();
    const stacks = [
      new ImageFunctionExample(app, 'image'),
      new ReleasedFunctionExample(app, 'release', { releaseParameter: '/a' }),
      new LayerConsumerExample(app, 'consumer', { layerParameter: '/a' }),
      new NightlyBatchExample(app, 'nightly'),
    ];
    const assembly = app.synth();
    const templates = stacks.map((stack): WrittenTemplate => {
      const { Resources } = assembly.getStackArtifact(stack.artifactId).template as WrittenTemplate;
      return { file: `stacks/examples (${stack.stackName})`, Resources };
    });
    types.clear();
    check(templates);
    assert.deepEqual([...types].sort(), TYPE_NAMES.toSorted());
  });

  for (const { type, name } of resourceTypes) {
    test(`the events of ${type}`, () => {
      const files = filesOf(`events/${name}/*.json`);
      assert.ok(files.length > 0);
      for (const file of files) {
        const event = JSON.parse(textOf(file));
        assert.equal(event.ResourceType, type, file);
        const Resources = Object.fromEntries(
          [event.ResourceProperties, event.OldResourceProperties]
            .filter((properties) => properties !== undefined)
            .map((Properties, index) => [`${event.LogicalResourceId}${index}`, { Type: type, Properties }]),
        );
        check([{ file, Resources }]);
      }
    });

    test(`the construct of ${type}, which leaves none out`, () => {
      assert.deepEqual(pathsOfConstructs(type), [...definedPaths(typeNamed(type))].sort());
      assert.deepEqual(attributesOfConstructs(type), Object.keys(typeNamed(type).attributes).sort());
    });

    test(`the docstrings of the construct of ${type}, with the defaults of the definition`, () => {
      const source = textOf(`stacks/constructs/${name}.ts`);
      for (const [property, { defaultValue }] of Object.entries(typeNamed(type).schema)) {
        if (defaultValue === undefined) continue;
        const prop = property.charAt(0).toLowerCase() + property.slice(1);
        const documented = new RegExp(
          `@default ([^\\n]+?)(?: \\*/)?\\n(?:   \\*/\\n)?  readonly ${prop}\\?:`,
        ).exec(source);
        assert.equal(documented?.[1]?.replace('TimeZone.ETC_', ''), defaultValue, `${name}.ts: ${prop}`);
      }
    });

    test(`the tables of the page of ${type}, which leave none out`, () => {
      const page = `docs/resource-types/${name}.md`;
      const names = (head: string) =>
        tablesIn(page).flatMap(([[first] = [''], ...rows]) =>
          first === head ? rows.map(([cell = '']) => cell) : [],
        );
      const defined = [...definedPaths(typeNamed(type))].map((path) => path.split('.').at(-1));
      assert.deepEqual([...new Set(names('property'))].sort(), [...new Set(defined)].sort());
      assert.deepEqual(names('attribute'), Object.keys(typeNamed(type).attributes));
    });
  }

  test("the one file's parameters, which are service properties, but for the one that the page says", () => {
    const page = textOf('docs/one-file.md');
    const missing = SERVICE_PROPERTIES.filter((name) => !Object.hasOwn(PARAMETERS, name));
    for (const name of missing) assert.ok(page.includes(`| \`${name}\` | is no parameter.`), name);
    const parameters = [...Object.keys(PARAMETERS), ...missing].sort();
    assert.deepEqual(parameters, SERVICE_PROPERTIES.toSorted());
  });

  test('all that a user reads: types and functions', () => {
    for (const file of filesOf(...PAGES, ...TEMPLATES, ...SOURCES, 'events/**/*.json')) {
      const text = textOf(file);
      for (const [type] of text.matchAll(/\bCustom::[A-Z]\w+/g))
        assert.ok(TYPE_NAMES.includes(type), `${file}: ${type}`);
      for (const [, named = ''] of text.matchAll(/\bfunction:deploytime-([a-z][a-z-]*[a-z])/g)) {
        const isKnown = FUNCTIONS.some((name) => named === name || named.endsWith(`-${name}`));
        assert.ok(isKnown, `${file}: deploytime-${named}`);
      }
    }
  });
});

describe('a name that there is not is seen:', () => {
  const image = (properties: object): WrittenTemplate['Resources'] => ({
    Image: { Type: 'Custom::EcrImage', Properties: { RepositoryName: 'a', ...properties } },
  });
  const token = (name: string) => ({ 'Fn::Sub': `arn:aws:lambda:…:function:deploytime-${name}` });
  const cases: readonly (readonly [
    what: string,
    resources: WrittenTemplate['Resources'],
    mistake: string,
  ])[] = [
    ['a property', image({ OnDelet: 'retain' }), 'Image gives OnDelet, which Custom::EcrImage does not have'],
    [
      'a type',
      { Image: { Type: 'Custom::EcrImages' } },
      'Image is of the type Custom::EcrImages, which there is not',
    ],
    [
      'a function',
      image({ ServiceToken: token('image-tag') }),
      'Image is a Custom::EcrImage, and names the function deploytime-image-tag',
    ],
    [
      'a property of a generic type',
      {
        A: {
          Type: 'AWS::CloudFormation::CustomResource',
          Properties: { ServiceToken: token('blue-image-tag'), B: 1 },
        },
      },
      'A gives B, which Custom::ImageTag does not have',
    ],
    [
      'a property within another',
      {
        Plan: {
          Type: 'Custom::ScheduledScaling',
          Properties: { Scenarios: [{ Name: 'a', Steps: [{ Target: 'b', After: { Sate: 'stopped' } }] }] },
        },
      },
      'Plan gives Scenarios.Steps.After.Sate, which Custom::ScheduledScaling does not have',
    ],
    [
      'an attribute',
      {
        ...image({}),
        Function: { Type: 'AWS::Lambda::Function', Properties: { Code: { 'Fn::GetAtt': ['Image', 'Uri'] } } },
      },
      'Custom::EcrImage has no attribute Uri, which is read of Image',
    ],
    [
      'an attribute within a text',
      {
        ...image({}),
        Function: { Type: 'AWS::Lambda::Function', Properties: { A: { 'Fn::Sub': IMAGE_TAGS } } },
      },
      'Custom::EcrImage has no attribute Tags, which is read of Image',
    ],
  ];
  for (const [what, Resources, mistake] of cases) {
    test(what, () => assert.deepEqual(nameMistakes({ file: 'a.yaml', Resources }), [`a.yaml: ${mistake}`]));
  }
});

test('a name that there is not is seen in a source', () => {
  const source = `image = CustomResource(properties={"RepositoryName": name, "OnDelet": "retain"})
image.get_att_string("Uri"); image.get_att_string("ImageUri")`;
  assert.deepEqual(sourceNameMistakes('a.py', source), [
    'a.py: no type has a property OnDelet',
    'a.py: no type has an attribute Uri',
  ]);
});

function typeNamed(type: string) {
  const found = resourceTypes.find((each) => each.type === type);
  assert.ok(found);
  return found;
}
