import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  attributesAskedFor,
  BUILT_IN_TYPE,
  deploymentOrder,
  getAtt,
  ref,
  resolveProperties,
  type Template,
} from './template.ts';

const type = BUILT_IN_TYPE;

describe('A template', () => {
  test('orders resources after what they refer to and depend on', () => {
    const template: Template = {
      Last: { type, properties: { Deep: [{ Image: getAtt('Middle', 'Digest') }] } },
      Middle: { type, properties: {}, dependsOn: ['First'] },
      Other: { type, properties: {} },
      First: { type, properties: {} },
    };
    assert.deepEqual(deploymentOrder(template), ['First', 'Middle', 'Last', 'Other']);
  });

  test('refuses a circle and a resource that is not there', () => {
    const circle: Template = {
      A: { type, properties: { Of: ref('B') } },
      B: { type, properties: { Of: ref('A') } },
    };
    assert.throws(() => deploymentOrder(circle), /Circular dependency: A → B → A/);
    assert.throws(
      () => deploymentOrder({ A: { type, properties: { Of: ref('Gone') } } }),
      /The template has no resource Gone/,
    );
  });

  test('knows which attributes are asked of a resource', () => {
    const template: Template = {
      Image: { type, properties: {} },
      One: { type, properties: { Uri: getAtt('Image', 'ImageUri'), Id: ref('Image') } },
      Two: { type, properties: { List: [getAtt('Image', 'ImageUri'), getAtt('Image', 'Digest')] } },
    };
    assert.deepEqual(attributesAskedFor(template, 'Image'), ['ImageUri', 'Digest']);
  });

  test('sends scalars as strings, however deep, and values for references', () => {
    const image = { physicalId: 'repository:tag', attributes: { Size: 3, Digest: 'sha256:ab' } };
    const properties = {
      Yes: true,
      Count: 3,
      Empty: '',
      Nested: { List: [1, false, { Deep: 0.5 }] },
      Id: ref('Image'),
      Digests: [getAtt('Image', 'Digest'), getAtt('Image', 'Size')],
    };
    assert.deepEqual(resolveProperties(properties, new Map([['Image', image]])), {
      Yes: 'true',
      Count: '3',
      Empty: '',
      Nested: { List: ['1', 'false', { Deep: '0.5' }] },
      Id: 'repository:tag',
      Digests: ['sha256:ab', '3'],
    });
  });

  test('fails a reference to an attribute that was not answered', () => {
    const image = { physicalId: 'x', attributes: {} };
    assert.throws(
      () => resolveProperties({ Uri: getAtt('Image', 'ImageUri') }, new Map([['Image', image]])),
      /Vendor response doesn't contain ImageUri attribute in object Image/,
    );
  });
});
