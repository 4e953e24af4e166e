import { RESPOND_POLICY } from '../../../handlers/cloudformation/respond.ts';
import type { Patience } from '../../../handlers/registry/throttling.ts';
import { type ResponseServer, startResponseServer } from '../cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../provider/events.ts';
import { REGION, type TestProvider, testContext } from '../provider/provider.ts';
import type { Rate } from '../ssm/token-bucket.ts';

/** What Lambda gives one invocation at most, in milliseconds. CloudFormation gives it longer. */
const FUNCTION_LIMIT_MS = 900_000;
/** Under a storm one process is all instances at once: an answer may take as long as it takes in Lambda. */
export const STORM_RESPOND_POLICY = RESPOND_POLICY;

export interface StormOptions {
  /** How many Creates there are, each of another resource. */
  readonly requests: number;
  /** What the service that they all ask takes. */
  readonly rate: Rate;
  /** Default: that of Lambda, in real time. */
  readonly patience?: Patience;
}

/** An account, and what is asked of it. */
export interface StormScene extends AsyncDisposable {
  readonly resourceType: string;
  /** Of each request. */
  readonly properties: readonly Readonly<Record<string, unknown>>[];
  /** What one request must ask of the service that throttles, at the least. */
  readonly callsPerRequest: number;
  startInstance(responseOrigin: string): TestProvider;
  /** The attributes that the request of this index must be answered with. */
  expected(index: number): Readonly<Record<string, string>>;
  /** Calls to the service that throttles. */
  calls(): { readonly all: number; readonly throttled: number };
  violations(): string[];
}

export interface StormAnswer {
  /** How often the request was answered. */
  readonly puts: number;
  readonly Status: string;
  readonly Reason?: string;
  readonly Data?: Readonly<Record<string, string>>;
  /** Since the storm began. */
  readonly afterMs: number;
}

export interface StormResult {
  /** By request. */
  readonly answers: readonly StormAnswer[];
  readonly elapsedMs: number;
}

/**
 * Sends all requests of a scene at once, dealt out to instances of the function. One instance answers one request at a
 * time, as in Lambda.
 * @param instances Default: one for each request, which is what Lambda starts where it has none.
 */
export async function letStorm(
  scene: StormScene,
  instances: number = scene.properties.length,
): Promise<StormResult> {
  const responses = await startResponseServer();
  try {
    const providers = Array.from({ length: instances }, () => scene.startInstance(responses.origin));
    const answers: StormAnswer[] = [];
    const begunAt = performance.now();
    await Promise.all(
      providers.map(async (provider, first) => {
        for (let index = first; index < scene.properties.length; index += instances) {
          const answer = await ask(provider, { scene, responses, index });
          answers[index] = { ...answer, afterMs: performance.now() - begunAt };
        }
      }),
    );
    return { answers, elapsedMs: performance.now() - begunAt };
  } finally {
    await responses.stop();
  }
}

async function ask(
  provider: TestProvider,
  { scene, responses, index }: { scene: StormScene; responses: ResponseServer; index: number },
): Promise<Omit<StormAnswer, 'afterMs'>> {
  const requestId = crypto.randomUUID();
  const logicalId = `Thing${index}`;
  const issued = responses.issue({ stackId: STACK_ID, logicalId, requestId, region: REGION });
  const event = requestEvent('Create', issued.url, {
    RequestId: requestId,
    LogicalResourceId: logicalId,
    ResourceType: scene.resourceType,
    ResourceProperties: scene.properties[index],
  });
  await provider.handler(event, testContext(FUNCTION_LIMIT_MS));
  const [put] = issued.puts;
  return { ...JSON.parse(String(put?.body)), puts: issued.puts.length };
}
