import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isServiceTemplate,
  MAX_TEMPLATE_BYTES,
  readServiceTemplate,
  serviceVersionIn,
} from '../../../cli/deploy/service-template.ts';
import { smallServiceTemplate } from '../service-template.ts';

const FUNCTION = 'AWS::Lambda::Function';

describe('the template of the service', () => {
  test('tells its parameters and its version', () => {
    const template = readServiceTemplate(
      smallServiceTemplate({
        version: '1.2.3',
        parameters: { Token: { Type: 'String', NoEcho: true }, Days: { Type: 'Number', Default: 0 } },
      }),
      'a.json',
    );
    assert.equal(template.version, '1.2.3');
    assert.deepEqual([...template.parameters.keys()], ['Qualifier', 'LogRetention', 'Token', 'Days']);
    assert.deepEqual(template.parameters.get('LogRetention')?.allowedValues, ['30', '90']);
    assert.equal(template.parameters.get('Qualifier')?.byDefault, '');
    assert.equal(template.parameters.get('Days')?.byDefault, '0');
    const token = template.parameters.get('Token');
    assert.deepEqual([token?.isSecret, token?.byDefault], [true, undefined]);
  });

  for (const [what, body] of [
    ['no JSON', 'Resources: {}'],
    ['a list', '[]'],
    ['empty', '{}'],
    ["somebody else's", JSON.stringify({ Resources: { Mine: { Type: FUNCTION, Properties: {} } } })],
    ['malformed', JSON.stringify({ Resources: [null, 1, { Type: FUNCTION, Properties: null }] })],
  ] as const) {
    test(`is none where it is ${what}`, () => {
      assert.throws(() => readServiceTemplate(body, 'a.json'), {
        code: 'Usage',
        message: "a.json is no template of the service, as the package's build makes it",
      });
      assert.equal(isServiceTemplate(body), false);
    });
  }

  test('is refused where CloudFormation would refuse its size', () => {
    const body = smallServiceTemplate({ resources: { Large: { Type: 'x'.repeat(MAX_TEMPLATE_BYTES) } } });
    assert.throws(() => readServiceTemplate(body, 'a.json'), /takes a template of 1048576 at most/);
  });

  test('of a time without versions is one of the service all the same', () => {
    const body = JSON.stringify({
      Resources: {
        EcrImage: {
          Type: FUNCTION,
          Properties: { Environment: { Variables: { DEPLOYTIME_PARTITION: { Ref: 'AWS::Partition' } } } },
        },
      },
    });
    assert.equal(isServiceTemplate(body), true);
    assert.equal(serviceVersionIn(body), undefined);
  });

  test('that has several versions is as new as the newest', () => {
    const fn = (version: string) => ({
      Type: FUNCTION,
      Properties: { Environment: { Variables: { DEPLOYTIME_VERSION: version } } },
    });
    const Resources = { A: fn('0.9.0'), B: fn('0.10.0'), C: fn('0.2.0') };
    assert.equal(serviceVersionIn(JSON.stringify({ Resources })), '0.10.0');
  });
});
