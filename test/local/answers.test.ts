import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { CloudFormationClient, type ResourceStatus, type StackEvent } from '@aws-sdk/client-cloudformation';
import { type Answer, answersIn, watchAnswers } from '../../local/answers.ts';

function event(seconds: number, status: ResourceStatus, more: Partial<StackEvent> = {}): StackEvent {
  return {
    StackId: 'stack',
    StackName: 'example',
    EventId: `${seconds}-${status}`,
    Timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)),
    LogicalResourceId: 'Image',
    ResourceType: 'Custom::EcrImage',
    ResourceStatus: status,
    PhysicalResourceId: 'repository:initial',
    ...more,
  };
}

describe('the answers in the events of a stack', () => {
  test('are the ends of requests, with the time since their start', () => {
    const answers = answersIn([
      event(1, 'CREATE_IN_PROGRESS'),
      event(2, 'CREATE_IN_PROGRESS', { ResourceStatusReason: 'Resource creation Initiated' }),
      event(3, 'CREATE_COMPLETE'),
      event(7, 'UPDATE_IN_PROGRESS'),
      event(9, 'UPDATE_FAILED', { ResourceStatusReason: 'the reason' }),
    ]);
    assert.deepEqual(
      answers.map(({ request, status, reason, durationMs }) => ({ request, status, reason, durationMs })),
      [
        { request: 'Create', status: 'SUCCESS', reason: undefined, durationMs: 2000 },
        { request: 'Update', status: 'FAILED', reason: 'the reason', durationMs: 2000 },
      ],
    );
  });

  test('are those of custom resources alone', () => {
    const answers = answersIn([
      event(1, 'CREATE_IN_PROGRESS', { ResourceType: 'AWS::ECR::Repository' }),
      event(2, 'CREATE_COMPLETE', { ResourceType: 'AWS::ECR::Repository' }),
      event(3, 'UPDATE_ROLLBACK_COMPLETE'),
      event(4, 'DELETE_IN_PROGRESS', { ResourceType: 'AWS::CloudFormation::CustomResource' }),
      event(5, 'DELETE_COMPLETE', { ResourceType: 'AWS::CloudFormation::CustomResource' }),
    ]);
    assert.deepEqual(
      answers.map(({ request }) => request),
      ['Delete'],
    );
  });
});

describe('watching a stack', () => {
  /** The events of the stack so far, the oldest first; CloudFormation lists the newest first. */
  const events: StackEvent[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      response.setHeader('content-type', 'text/xml');
      if (events.length === 0) {
        response.statusCode = 400;
        response.end(
          '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack [example] does not exist</Message></Error></ErrorResponse>',
        );
        return;
      }
      response.end(
        `<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>${events.toReversed().map(member).join('')}</StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>`,
      );
    });
  });
  let client: CloudFormationClient;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new CloudFormationClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    });
  });
  after(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });

  test('tells each new answer while the work goes on, and none that was there before', async () => {
    const reported: Answer[] = [];
    const work = (verb: 'CREATE' | 'UPDATE', from: number) => async () => {
      events.push(event(from, `${verb}_IN_PROGRESS`));
      await nextLook();
      events.push(event(from + 1, `${verb}_COMPLETE`));
      while (reported.length === 0) await nextLook();
    };
    const created = await watchAnswers(client, 'example', work('CREATE', 1), (answer) =>
      reported.push(answer),
    );
    assert.deepEqual(created, reported);
    assert.deepEqual(
      created.map(({ request }) => request),
      ['Create'],
    );
    reported.length = 0;
    const updated = await watchAnswers(client, 'example', work('UPDATE', 5), (answer) =>
      reported.push(answer),
    );
    assert.deepEqual(
      updated.map(({ request }) => request),
      ['Update'],
    );
  });

  test('tells the answer that made the work fail', async () => {
    const reported: Answer[] = [];
    const work = async () => {
      events.push(
        event(20, 'UPDATE_IN_PROGRESS'),
        event(21, 'UPDATE_FAILED', { ResourceStatusReason: 'the reason' }),
      );
      throw new Error('cdk failed');
    };
    await assert.rejects(
      watchAnswers(client, 'example', work, (answer) => reported.push(answer)),
      /cdk failed/,
    );
    assert.deepEqual(
      reported.map(({ status, reason }) => [status, reason]),
      [['FAILED', 'the reason']],
    );
  });

  /** Waits until the stack was looked at once more. */
  async function nextLook(): Promise<void> {
    const seen = requests;
    while (requests === seen) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  function member(value: StackEvent): string {
    const fields = Object.entries(value).map(
      ([name, field]) => `<${name}>${field instanceof Date ? field.toISOString() : field}</${name}>`,
    );
    return `<member>${fields.join('')}</member>`;
  }
});
