import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readParameterName } from '../../../handlers/parameters/parameter-name.ts';

const place = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };
const ARN = 'arn:aws:ssm:us-east-1:111122223333:parameter';
const DEEPEST = '/a'.repeat(15);

describe("a parameter's name", () => {
  for (const [text, expected] of [
    ['tag', { name: 'tag' }],
    ['/shop/tag', { name: '/shop/tag' }],
    ['/shop/tag:3', { name: '/shop/tag', selector: '3' }],
    ['/shop/tag:prod', { name: '/shop/tag', selector: 'prod' }],
    ['/shop/tag:_p.r-o', { name: '/shop/tag', selector: '_p.r-o' }],
    ['/aws/service/list', { name: '/aws/service/list' }],
    [DEEPEST, { name: DEEPEST }],
    [`${ARN}/shop/tag`, { name: '/shop/tag', place }],
    [`${ARN}/tag:12`, { name: '/tag', selector: '12', place }],
    [
      'arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/tag',
      {
        name: '/tag',
        place: { partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '111122223333' },
      },
    ],
  ] as const) {
    test(`may be ${text.slice(0, 70)}`, () => {
      const selector = 'selector' in expected ? `:${expected.selector}` : '';
      const textWithoutSelector = text.slice(0, text.length - selector.length);
      assert.deepEqual(readParameterName(text), {
        ok: true,
        name: { text, textWithoutSelector, ...expected },
      });
    });
  }

  for (const [text, because] of [
    ['', /^a name has letters/],
    ['/', /^a name has letters/],
    ['shop/tag', /^a name with levels begins with "\/"$/],
    ['/shop//tag', /^a name has letters, digits, "_", "\." and "-", with single "\/"/],
    ['/shop/tag/', /^a name has letters/],
    ['/shop/tag ', /^a name has letters/],
    ['/shop/tag\n', /^a name has letters/],
    ['/shop/täg', /^a name has letters/],
    ['/shop/{tag}', /^a name has letters/],
    [`${DEEPEST}/a`, /^its name has 16 levels; SSM takes 15$/],
    [`/${'a'.repeat(1011)}`, /^its name has 1012 characters; SSM takes 1011$/],
    ['/shop/tag:', /^what stands behind its ":" is neither a version \(1, 2, …\) nor a label$/],
    ['/shop/tag:0', /neither a version/],
    ['/shop/tag:1a', /neither a version/],
    ['/shop/tag:awslabel', /neither a version/],
    ['/shop/tag:SSM', /neither a version/],
    [`/shop/tag:${'a'.repeat(101)}`, /neither a version/],
    ['/shop/tag:1:2', /^it has more than one ":"$/],
    ['arn:aws:ssm:us-east-1:111122223333:document/tag', /^it is no ARN of a parameter: arn:/],
    ['arn:aws:ssm:us-east-1::parameter/tag', /^it is no ARN of a parameter/],
    [`${ARN}`, /^it is no ARN of a parameter/],
    [`${ARN}//tag`, /^it is no ARN of a parameter/],
    [`${ARN}/tag:prod:1`, /^it has more than one ":"$/],
    ['arn:aws:secretsmanager:us-east-1:111122223333:secret:tag', /^it is no ARN of a parameter/],
  ] as const) {
    test(`is not ${JSON.stringify(text.slice(0, 70))}`, () => {
      const reading = readParameterName(text);
      assert.ok(!reading.ok);
      assert.match(reading.because, because);
    });
  }
});
