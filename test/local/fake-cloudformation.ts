import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient, type ResourceStatus, type StackEvent } from '@aws-sdk/client-cloudformation';

/** CloudFormation's query API over HTTP, as far as it tells the events of one stack. */
export interface FakeCloudFormation {
  readonly client: CloudFormationClient;
  /** The events so far, the oldest first. While there are none, there is no such stack. */
  readonly events: StackEvent[];
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
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action');
    requests.push(`${action} ${parameters.get('StackName')}`);
    response.setHeader('content-type', 'text/xml');
    if (action === 'DescribeStackEvents' && events.length === 0) {
      response.statusCode = 400;
      response.end(NO_SUCH_STACK);
      return;
    }
    // The newest comes first.
    const members = action === 'DescribeStackEvents' ? events.toReversed().map(member).join('') : '';
    response.end(
      `<${action}Response><${action}Result><StackEvents>${members}</StackEvents></${action}Result></${action}Response>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new CloudFormationClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  return {
    client,
    events,
    requests,
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
}

function member(value: StackEvent): string {
  const fields = Object.entries(value).map(
    ([name, field]) => `<${name}>${field instanceof Date ? field.toISOString() : field}</${name}>`,
  );
  return `<member>${fields.join('')}</member>`;
}
