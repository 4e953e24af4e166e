import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { propertiesJsonSchema, templateJsonSchema } from '../../reference/json-schema.ts';
import { resourceTypes } from '../../reference/resource-types.ts';
import { schemaMistakes } from '../support/docs/json-schema.ts';
import { templatesOf, templatesOfPages } from '../support/names/written-templates.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TOKEN = { ServiceToken: { 'Fn::Sub': 'arn:…' } };

function schemaOf(name: string): Readonly<Record<string, unknown>> {
  const type = resourceTypes.find((each) => each.name === name);
  assert.ok(type);
  return propertiesJsonSchema(type);
}

describe('the JSON Schema of the properties of', () => {
  for (const type of resourceTypes) {
    test(`${type.type} takes every sample event`, () => {
      const events = globSync(`events/${type.name}/*.json`, { cwd: ROOT });
      assert.ok(events.length > 4);
      for (const path of events) {
        const event = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as { ResourceProperties: object };
        assert.deepEqual(schemaMistakes(propertiesJsonSchema(type), event.ResourceProperties), [], path);
      }
    });
  }

  const accepted: readonly (readonly [type: string, properties: object])[] = [
    ['ecr-image', { RepositoryName: { Ref: 'Repository' }, ServiceTimeout: 900 }],
    ['ecr-image', { RepositoryName: 'team/app', ServiceTimeout: '900', OnDelete: 'retain' }],
    ['image-tag', { ParameterName: '/app/tag', DeploymentId: 7 }],
    ['layer-fingerprint', { LayerName: 'shop', Exclude: ['*.md', { Ref: 'Glob' }] }],
    ['scheduled-scaling', plan({ Target: 'docdb/orders', MinCapacity: 0.5, AllowOutage: 'true' })],
    ['scheduled-scaling', plan({ Target: 'ecs/prod/batch', MinCapacity: 300, After: { MaxCapacity: 400 } })],
  ];
  for (const [name, properties] of accepted) {
    test(`${name} takes ${JSON.stringify(properties)}`, () => {
      assert.deepEqual(schemaMistakes(schemaOf(name), { ...TOKEN, ...properties }), []);
    });
  }

  const refused: readonly (readonly [type: string, properties: object, mistake: RegExp])[] = [
    ['ecr-image', {}, /RepositoryName is missing/],
    ['ecr-image', { RepositoryName: 'a1', OnDelet: 'retain' }, /\.OnDelet is not known/],
    ['ecr-image', { RepositoryName: 'a1', UsedBy: 'lambada' }, /\.UsedBy is as none/],
    ['ecr-image', { RepositoryName: { Reff: 'a' } }, /\.RepositoryName is as none/],
    ['ecr-image', { RepositoryName: 'a1', ServiceTimeout: 3601 }, /\.ServiceTimeout is as none/],
    ['layer-fingerprint', { Exclude: '*.md' }, /\.Exclude is as none/],
    ['scheduled-scaling', { Scenarios: [] }, /\.Scenarios is as none/],
    ['scheduled-scaling', plan({ Target: 'docdb/orders', MinCapacity: 0.3 }), /\.Scenarios is as none/],
    ['scheduled-scaling', plan({ Target: 'a', DesiredCount: 1, State: 'stopped' }), /\.Scenarios is as none/],
  ];
  for (const [name, properties, mistake] of refused) {
    test(`${name} refuses ${JSON.stringify(properties)}`, () => {
      assert.match(schemaMistakes(schemaOf(name), { ...TOKEN, ...properties }).join('; '), mistake);
    });
  }
});

describe('the JSON Schema of a template', () => {
  const template = (resources: object): object => ({ Parameters: {}, Resources: resources });
  const mistakesOf = (resources: object): string[] =>
    schemaMistakes(templateJsonSchema(resourceTypes), template(resources));

  test('says nothing of resources of other types', () => {
    assert.deepEqual(mistakesOf({ Queue: { Type: 'AWS::SQS::Queue' } }), []);
  });

  test('takes every template of examples, and every whole one of a page', async () => {
    const templates = [
      ...(await templatesOf('examples/**/*.{yaml,yml,json}')),
      ...(await templatesOfPages('docs/resource-types/*.md')),
    ];
    assert.ok(templates.length > 3);
    for (const { file, Resources } of templates) {
      // The recipes of plans leave out what is the same in all of them.
      const mistakes = mistakesOf(Resources).filter(
        (mistake) => !mistake.endsWith('.ServiceToken is missing'),
      );
      assert.deepEqual(mistakes, [], file);
    }
  });

  test('knows the properties of each type', () => {
    const image = (properties: object) => ({
      Type: 'Custom::EcrImage',
      Properties: { ...TOKEN, ...properties },
    });
    assert.deepEqual(mistakesOf({ Image: image({ RepositoryName: 'team/app' }) }), []);
    assert.match(mistakesOf({ Image: image({}) }).join(), /Image\.Properties\.RepositoryName is missing/);
    for (const { type } of resourceTypes) {
      const mistakes = mistakesOf({ It: { Type: type, Properties: { Nothing: 1 } } });
      assert.match(mistakes.join(), /It\.Properties\.Nothing is not known/);
    }
  });
});

function plan(step: object): object {
  return { Scenarios: [{ Name: 'night', Start: 'cron(0 1 * * ? *)', Duration: 'PT1H', Steps: [step] }] };
}
