/** How an event must be answered. */
export type ExpectedAnswer = 'message' | 'http' | 'load balancer' | 'load balancer lists' | 'error';

export interface SampleEvent {
  readonly name: string;
  readonly event: unknown;
  readonly answer: ExpectedAnswer;
}

const REST = {
  resource: '/{proxy+}',
  path: '/a',
  httpMethod: 'GET',
  headers: { Accept: '*/*' },
  multiValueHeaders: { Accept: ['*/*'] },
  requestContext: { resourceId: 'x', httpMethod: 'GET', identity: { sourceIp: '192.0.2.1' } },
  body: null,
  isBase64Encoded: false,
};
const HTTP = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/a',
  headers: { accept: '*/*' },
  requestContext: { apiId: 'x', http: { method: 'GET', path: '/a' }, routeKey: '$default' },
  isBase64Encoded: false,
};
const LOAD_BALANCER = {
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/a/b' } },
  httpMethod: 'GET',
  path: '/',
  headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
  body: '',
  isBase64Encoded: false,
};

/** An event of every kind that a function meets, in the form that AWS documents, and some that only look so. */
export const SAMPLE_EVENTS: readonly SampleEvent[] = [
  { name: 'an object of somebody’s own', event: { a: [1, { b: null }] }, answer: 'message' },
  { name: 'no object', event: 'text', answer: 'message' },
  {
    name: 'a schedule',
    event: { 'detail-type': 'Scheduled Event', source: 'aws.events' },
    answer: 'message',
  },
  { name: 'an API Gateway REST request', event: REST, answer: 'http' },
  { name: 'an HTTP API request', event: HTTP, answer: 'http' },
  {
    name: 'an HTTP API request of format 1.0',
    event: { version: '1.0', ...REST, requestContext: { ...REST.requestContext, apiId: 'x' } },
    answer: 'http',
  },
  { name: 'a function URL request', event: { ...HTTP, rawPath: '/', cookies: ['a=b'] }, answer: 'http' },
  {
    name: 'a WebSocket message',
    event: { requestContext: { eventType: 'CONNECT', connectionId: 'x' }, isBase64Encoded: false },
    answer: 'http',
  },
  { name: 'a load balancer’s request', event: LOAD_BALANCER, answer: 'load balancer' },
  {
    name: 'a load balancer’s request with lists of values',
    event: { ...LOAD_BALANCER, headers: undefined, multiValueHeaders: { accept: ['a', 'b'] } },
    answer: 'load balancer lists',
  },
  {
    name: 'a custom resource',
    event: {
      RequestType: 'Create',
      ServiceToken: 'x',
      ResponseURL: 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x',
      ResourceProperties: { requestContext: { elb: {} }, httpMethod: 'GET' },
    },
    answer: 'error',
  },
  {
    name: 'messages of a queue',
    event: { Records: [{ eventSource: 'aws:sqs', body: 'x' }] },
    answer: 'error',
  },
  { name: 'records of Kafka', event: { eventSource: 'aws:kafka', records: { 'a-0': [] } }, answer: 'error' },
  {
    name: 'an object with a request inside',
    event: {
      inner: REST,
      list: [HTTP, { RequestType: 'Create', ResponseURL: 'https://x' }],
      requestContext: 1,
    },
    answer: 'message',
  },
  {
    name: 'a text that has a request in it',
    event: { body: JSON.stringify(REST), 'http\\"Method': '"httpMethod":"GET","requestContext":{}' },
    answer: 'message',
  },
  {
    name: 'keys of the right name under another parent, and values of the wrong kind',
    event: { httpMethod: null, context: { elb: {} }, requestContext: { stage: { http: {} }, elb: 'x' } },
    answer: 'message',
  },
];
