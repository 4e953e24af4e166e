import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readEventFile } from '../../../local/invoke/event-file.ts';

const REQUEST = {
  RequestType: 'Create',
  StackId: 'arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/shop/1',
  ResponseURL: 'https://bucket.example/secret',
};

describe('The file with an event', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-event-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function write(content: string): Promise<string> {
    const path = join(folder, 'event.json');
    await writeFile(path, content);
    return path;
  }

  test('says where the function is to find itself, and gets another ResponseURL', async () => {
    const event = await readEventFile(await write(JSON.stringify(REQUEST)));
    const { partition, region, accountId, urlSuffix } = event;
    assert.deepEqual(
      { partition, region, accountId, urlSuffix },
      {
        partition: 'aws-cn',
        region: 'cn-north-1',
        accountId: '111122223333',
        urlSuffix: 'amazonaws.com.cn',
      },
    );
    assert.deepEqual(event.withResponseUrl('http://here'), { ...REQUEST, ResponseURL: 'http://here' });
  });

  test('may hold an on-failure record with the request inside', async () => {
    const record = { version: '1.0', requestPayload: REQUEST };
    const event = await readEventFile(await write(JSON.stringify(record)));
    assert.deepEqual(event.request, REQUEST);
    assert.deepEqual(event.withResponseUrl('http://here'), {
      version: '1.0',
      requestPayload: { ...REQUEST, ResponseURL: 'http://here' },
    });
  });

  test('is refused where it is none', async () => {
    for (const [content, message] of [
      ['{', /event\.json holds no JSON: /],
      ['[]', /event\.json holds no event: it must be a JSON object$/],
      ['{"StackId":"shop"}', /event\.json has no StackId, which says in which account and Region to run/],
    ] as const) {
      await assert.rejects(readEventFile(await write(content)), { name: 'LocalError', message });
    }
    await assert.rejects(readEventFile(join(folder, 'missing.json')), {
      message: /missing\.json: there is no such file; events\/ has an event of each kind$/,
    });
    await assert.rejects(readEventFile(folder), { message: /it can't be read \(EISDIR\)/ });
  });
});
