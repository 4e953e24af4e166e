import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  type GetParameterCommandInput,
  LabelParameterVersionCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  ParameterVersionNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** An SSM API with what a test needs beside it. It has no parameters at first. */
export interface SsmUnderTest {
  readonly client: SSMClient;
  readonly accountId: string;
}

/** What a server is known not to do as AWS does, by the test that would show it, with the reason. */
export type KnownDifferences = Readonly<Partial<Record<SsmSuiteTest, string>>>;

/**
 * What SSM's API reference says of the actions that this project calls, through the SDK's own client.
 * Held over our strict stand-in and over independent ones, so that ours is no opinion.
 * @param open Called once for each test.
 */
export function testSsmApi(
  name: string,
  open: (context: TestContext) => Promise<SsmUnderTest>,
  differences: KnownDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [SsmSuiteTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const ssm = await open(context);
          await assert.rejects(() => check(ssm));
        });
      }
    }
  });
}

type Check = (ssm: SsmUnderTest) => Promise<void>;
export type SsmSuiteTest = keyof typeof TESTS;

const NAME = '/shop/tag';

const TESTS = {
  'a parameter is found by its name, in its newest version': async (ssm) => {
    await put(ssm, 'v1');
    await put(ssm, 'v2');
    const parameter = await get(ssm, { Name: NAME });
    assert.equal(parameter?.Name, NAME);
    assert.equal(parameter?.Type, 'String');
    assert.equal(parameter?.Value, 'v2');
    assert.equal(parameter?.Version, 2);
    assert.equal(parameter?.DataType, 'text');
    assert.equal(parameter?.ARN, arnOf(ssm));
    assert.ok(parameter?.LastModifiedDate instanceof Date);
  },

  'a parameter is found in one of its versions': async (ssm) => {
    await put(ssm, 'v1');
    await put(ssm, 'v2');
    const parameter = await get(ssm, { Name: `${NAME}:1` });
    assert.deepEqual([parameter?.Value, parameter?.Version], ['v1', 1]);
  },

  'a parameter is found by a label, which can move': async (ssm) => {
    await put(ssm, 'v1');
    await put(ssm, 'v2');
    await label(ssm, 1, 'prod');
    assert.equal((await get(ssm, { Name: `${NAME}:prod` }))?.Value, 'v1');
    await label(ssm, 2, 'prod');
    assert.equal((await get(ssm, { Name: `${NAME}:prod` }))?.Value, 'v2');
  },

  'a parameter is found by its ARN': async (ssm) => {
    await put(ssm, 'v1');
    assert.equal((await get(ssm, { Name: arnOf(ssm) }))?.Value, 'v1');
  },

  'a parameter is found by its ARN in one of its versions': async (ssm) => {
    await put(ssm, 'v1');
    await put(ssm, 'v2');
    assert.equal((await get(ssm, { Name: `${arnOf(ssm)}:1` }))?.Value, 'v1');
  },

  'a parameter that is not there is an exception, also by version, label and ARN': async (ssm) => {
    for (const Name of [NAME, `${NAME}:1`, `${NAME}:prod`, arnOf(ssm)]) {
      await assert.rejects(get(ssm, { Name }), ParameterNotFound, Name);
    }
  },

  'a version that is not there is an exception of its own': async (ssm) => {
    await put(ssm, 'v1');
    await assert.rejects(get(ssm, { Name: `${NAME}:2` }), ParameterVersionNotFound);
  },

  'a label that is not there is an exception': async (ssm) => {
    await put(ssm, 'v1');
    await assert.rejects(get(ssm, { Name: `${NAME}:prod` }), /ParameterNotFound|ParameterVersionNotFound/);
  },

  'a SecureString comes without its plain text, unless it is asked for': async (ssm) => {
    await ssm.client.send(new PutParameterCommand({ Name: NAME, Value: 'plain text', Type: 'SecureString' }));
    const hidden = await get(ssm, { Name: NAME });
    assert.equal(hidden?.Type, 'SecureString');
    assert.notEqual(hidden?.Value, 'plain text');
    assert.equal((await get(ssm, { Name: NAME, WithDecryption: true }))?.Value, 'plain text');
  },

  'a StringList comes as one text': async (ssm) => {
    await ssm.client.send(new PutParameterCommand({ Name: NAME, Value: 'v1,v2', Type: 'StringList' }));
    const parameter = await get(ssm, { Name: NAME });
    assert.deepEqual([parameter?.Type, parameter?.Value], ['StringList', 'v1,v2']);
  },

  'a parameter is not put over another one by accident': async (ssm) => {
    await put(ssm, 'v1');
    const again = new PutParameterCommand({ Name: NAME, Value: 'v2', Type: 'String' });
    await assert.rejects(ssm.client.send(again), ParameterAlreadyExists);
    assert.equal((await get(ssm, { Name: NAME }))?.Value, 'v1');
  },

  'a parameter that is deleted is gone': async (ssm) => {
    await put(ssm, 'v1');
    await ssm.client.send(new DeleteParameterCommand({ Name: NAME }));
    await assert.rejects(get(ssm, { Name: NAME }), ParameterNotFound);
  },
} satisfies Record<string, Check>;

async function put({ client }: SsmUnderTest, value: string): Promise<void> {
  await client.send(new PutParameterCommand({ Name: NAME, Value: value, Type: 'String', Overwrite: true }));
}

async function get({ client }: SsmUnderTest, input: GetParameterCommandInput) {
  const { Parameter } = await client.send(new GetParameterCommand(input));
  return Parameter;
}

async function label({ client }: SsmUnderTest, version: number, name: string): Promise<void> {
  await client.send(
    new LabelParameterVersionCommand({ Name: NAME, ParameterVersion: version, Labels: [name] }),
  );
}

function arnOf({ accountId }: SsmUnderTest): string {
  return `arn:aws:ssm:us-east-1:${accountId}:parameter${NAME}`;
}
