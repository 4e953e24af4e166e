import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudFormationClient,
  type ResourceStatus,
  type StackEvent,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';

/** CloudFormation's query API over HTTP, as far as it tells of one stack. */
export interface FakeCloudFormation {
  readonly client: CloudFormationClient;
  /** The events so far, the oldest first. While there are none, there is no such stack. */
  readonly events: StackEvent[];
  /** The stack's status. */
  status: StackStatus;
  /** Answers nothing from now on. */
  hang(): void;
  /** The actions that were asked for, each with the stack that was named. */
  readonly requests: string[];
  /** Resolves when there was one more request. */
  nextRequest(): Promise<void>;
  close(): void;
}

/** An event of a resource `Image`, some seconds after the new year. */
export function event(seconds: number, status: ResourceStatus, more: Partial<StackEvent> = {}): StackEvent {
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

const NO_SUCH_STACK =
  '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack [example] does not exist</Message></Error></ErrorResponse>';

export async function startFakeCloudFormation(): Promise<FakeCloudFormation> {
  const events: StackEvent[] = [];
  const requests: string[] = [];
  let isHanging = false;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action');
    requests.push(`${action} ${parameters.get('StackName')}`);
    if (isHanging) return;
    response.setHeader('content-type', 'text/xml');
    if (action?.startsWith('Describe') && events.length === 0) {
      response.statusCode = 400;
      response.end(NO_SUCH_STACK);
      return;
    }
    response.end(
      `<${action}Response><${action}Result>${result(action)}</${action}Result></${action}Response>`,
    );
  });
  const result = (action: string | null): string => {
    // The newest comes first.
    if (action === 'DescribeStackEvents') {
      return `<StackEvents>${events.toReversed().map(member).join('')}</StackEvents>`;
    }
    if (action !== 'DescribeStacks') return '';
    const { StackId, StackName } = events[0] ?? {};
    return `<Stacks>${member({ StackId, StackName, StackStatus: fake.status })}</Stacks>`;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new CloudFormationClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  const fake: FakeCloudFormation = {
    client,
    events,
    requests,
    status: 'CREATE_COMPLETE',
    hang: () => {
      isHanging = true;
    },
    nextRequest: async () => {
      const seen = requests.length;
      while (requests.length === seen) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
  return fake;
}

function member(value: object): string {
  const fields = Object.entries(value).map(
    ([name, field]) => `<${name}>${field instanceof Date ? field.toISOString() : field}</${name}>`,
  );
  return `<member>${fields.join('')}</member>`;
}
