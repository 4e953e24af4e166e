import { randomUUID } from 'node:crypto';
import type { Rule } from '../violation.ts';
import { putOnce } from './put-answer.ts';
import { failed, type ThingAnswer, type ThingFault } from './thing-provider.ts';

/** A provider with one typical fault, and how the suite must catch it. */
export interface Control {
  readonly name: string;
  readonly fault: () => ThingFault;
  /** The case that must fail: a part of its name. */
  readonly caughtBy: string;
  /** The rule it breaks, or what the case says. */
  readonly as: Rule | RegExp;
  /** Of one that never ends, in milliseconds. Default: the suite's own. */
  readonly patienceMs?: number;
}

/** Long enough for a request of the thing provider, many times over. */
const SHORT_PATIENCE_MS = 400;

export const CONTROLS: readonly Control[] = [
  {
    name: 'answers twice',
    fault: () => ({
      put: async (url, body, next) => {
        await next(url, body);
        const answer = JSON.parse(body.toString()) as ThingAnswer;
        await next(
          url,
          Buffer.from(JSON.stringify({ ...answer, Status: 'FAILED', Reason: 'Changed my mind' })),
        );
      },
    }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'answers once',
  },
  {
    name: 'gives the same answer twice, although nothing went wrong',
    fault: () => ({
      put: async (url, body, next) => {
        await next(url, body);
        await next(url, body);
      },
    }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'answers once',
  },
  {
    name: 'gives a new id to a failed Update',
    fault: () => ({
      answer: async (asked, next) => {
        const answer = await next(asked);
        const isFailedUpdate = answer.Status === 'FAILED' && asked.request.RequestType === 'Update';
        return isFailedUpdate ? { ...answer, PhysicalResourceId: asked.context.logStreamName } : answer;
      },
    }),
    caughtBy: 'a failed Update keeps the physical id',
    as: 'keeps the id when an update fails',
  },
  {
    name: 'forgets an attribute on Update',
    fault: () => ({
      answer: async (asked, next) => {
        const answer = await next(asked);
        if (asked.request.RequestType !== 'Update' || !answer.Data) return answer;
        const { Arn: _, ...rest } = answer.Data;
        return { ...answer, Data: rest };
      },
    }),
    caughtBy: 'an Update in place keeps the physical id',
    as: 'has every attribute',
  },
  {
    name: 'fails a Delete of an id that it does not know',
    fault: () => ({
      answer: async (asked, next) => {
        const { RequestType, PhysicalResourceId = '' } = asked.request;
        const isUnknown = RequestType === 'Delete' && !asked.store.has(PhysicalResourceId);
        return isUnknown ? failed(asked.request, 'There is no such thing') : next(asked);
      },
    }),
    caughtBy: 'a Delete of an id that nobody knows succeeds',
    as: /Delete of an unknown id failed/,
  },
  {
    name: 'fails the Delete after a failed Create',
    fault: () => ({
      answer: async (asked, next) => {
        const { RequestType, PhysicalResourceId = '' } = asked.request;
        const isUnknown = RequestType === 'Delete' && !asked.store.has(PhysicalResourceId);
        return isUnknown ? failed(asked.request, 'There is no such thing') : next(asked);
      },
    }),
    caughtBy: 'a Create with an invalid property fails',
    as: /ROLLBACK_FAILED instead of ROLLBACK_COMPLETE/,
  },
  {
    name: 'hangs',
    fault: () => ({ answer: () => new Promise<never>(() => {}) }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'answers the request',
    patienceMs: SHORT_PATIENCE_MS,
  },
  {
    name: 'hangs after its answer',
    fault: () => ({
      put: async (url, body, next) => {
        await next(url, body);
        await new Promise<never>(() => {});
      },
    }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'ends after its answer',
    patienceMs: SHORT_PATIENCE_MS,
  },
  {
    name: 'returns before its answer is out',
    fault: () => ({ put: async (url, body, next) => void next(url, body).catch(() => {}) }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'answers the request',
  },
  {
    name: 'prints the response URL in a reason',
    fault: () => ({
      answer: async (asked, next) => {
        const answer = await next(asked);
        return answer.Reason
          ? { ...answer, Reason: `${answer.Reason} (${asked.request.ResponseURL})` }
          : answer;
      },
    }),
    caughtBy: 'a Create with an invalid property fails',
    as: 'keeps the response URL secret',
  },
  {
    name: 'logs the event as it came',
    fault: () => ({
      answer: (asked, next) => {
        asked.log(JSON.stringify(asked.request));
        return next(asked);
      },
    }),
    caughtBy: 'Delete removes what Create made',
    as: 'keeps the response URL secret',
  },
  {
    name: 'answers with 4097 bytes of multibyte text',
    fault: () => ({
      put: async (url, body, next) => {
        const answer = JSON.parse(body.toString()) as ThingAnswer;
        const sized = (reason: string): Buffer => Buffer.from(JSON.stringify({ ...answer, Reason: reason }));
        // 1 400 characters, and less than 4096 of them in all, but not of bytes.
        await next(url, sized('€'.repeat(1400)));
      },
    }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'fits into 4096 bytes',
  },
  {
    name: 'answers the request before this one',
    fault: () => {
      let former: string | undefined;
      return {
        put: async (url, body, next) => {
          const answer = JSON.parse(body.toString()) as ThingAnswer;
          const { RequestId = '' } = answer;
          await next(url, Buffer.from(JSON.stringify({ ...answer, RequestId: former ?? RequestId })));
          former = RequestId;
        },
      };
    },
    caughtBy: 'Delete removes what Create made',
    as: 'gives the ids back',
  },
  {
    name: 'makes up a new id whenever it is asked',
    fault: () => ({
      answer: async (asked, next) => ({ ...(await next(asked)), PhysicalResourceId: randomUUID() }),
    }),
    caughtBy: 'Delete removes what Create made',
    as: 'keeps the id when deleted',
  },
  {
    name: 'puts the time into an attribute',
    fault: () => ({
      answer: async (asked, next) => {
        const answer = await next(asked);
        const stamp = `${process.hrtime.bigint()}`;
        return answer.Data ? { ...answer, Data: { ...answer.Data, Arn: stamp } } : answer;
      },
    }),
    caughtBy: 'an Update that changes nothing gives the same answer',
    as: /Expected values to be strictly equal/,
  },
  {
    name: 'keeps the answer to a duplicate in memory, where another instance has not got it',
    fault: () => {
      const answers = new Map<string, ThingAnswer>();
      return {
        answer: async (asked, next) => {
          const former = answers.get(asked.request.ResponseURL);
          if (former) return former;
          const answer = { ...(await next(asked)), PhysicalResourceId: randomUUID() };
          answers.set(asked.request.ResponseURL, answer);
          return answer;
        },
      };
    },
    caughtBy: 'the same Create delivered again gives the same answer',
    as: 'answers once',
  },
  {
    name: 'nests an attribute',
    fault: () => ({
      answer: async (asked, next) => {
        const answer = await next(asked);
        return answer.Data ? { ...answer, Data: { ...answer.Data, Tags: { a: 'b' } } } : answer;
      },
    }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'has simple data',
  },
  {
    name: 'sends a content-type',
    fault: () => ({
      put: async (url, body) => void (await putOnce(url, body, { 'content-type': 'application/json' })),
    }),
    caughtBy: 'Create answers with every documented attribute',
    as: 'is accepted by S3',
  },
  {
    name: 'does not look at the status of its PUT',
    fault: () => ({ put: async (url, body) => void (await putOnce(url, body)) }),
    caughtBy: 'an answer whose PUT meets 500 arrives all the same',
    as: 'answers the request',
  },
  {
    name: 'does not try again after a reset',
    fault: () => ({ put: async (url, body) => void (await putOnce(url, body).catch(() => {})) }),
    caughtBy: 'an answer whose PUT meets a reset before the body arrives',
    as: 'answers the request',
  },
  {
    name: 'takes the RequestId for an idempotency key',
    fault: () => {
      const answers = new Map<string, ThingAnswer>();
      return {
        answer: async (asked, next) => {
          const answer = answers.get(asked.request.RequestId) ?? (await next(asked));
          answers.set(asked.request.RequestId, answer);
          return answer;
        },
      };
    },
    caughtBy: 'a reused RequestId is a request of its own',
    as: /The retried Create did nothing/,
  },
  {
    name: 'looks for what it deletes in the properties',
    fault: () => ({
      answer: async (asked, next) => {
        const { RequestType, ResourceProperties } = asked.request;
        if (RequestType === 'Delete') asked.store.delete(`thing/${ResourceProperties.Name}`);
        return next(asked);
      },
    }),
    caughtBy: 'a Delete of an id that nobody knows succeeds',
    as: /The world is another one after Deletes of unknown ids/,
  },
  {
    name: 'refuses a Delete for its properties',
    fault: () => ({
      answer: async (asked, next) => {
        const { RequestType, ResourceProperties } = asked.request;
        const isRefused = RequestType === 'Delete' && typeof ResourceProperties.Name !== 'string';
        return isRefused ? failed(asked.request, 'Name is missing') : next(asked);
      },
    }),
    caughtBy: 'a Delete is not refused for its properties',
    as: /Delete was refused for its properties/,
  },
  {
    name: 'stays with the new thing when a replacement is rolled back',
    fault: () => ({
      answer: async (asked, next) => {
        const answer = await next(asked);
        const { RequestType, PhysicalResourceId, ResourceProperties } = asked.request;
        const goesBack = RequestType === 'Update' && ResourceProperties.Name === 'first';
        return goesBack && PhysicalResourceId ? { ...answer, PhysicalResourceId } : answer;
      },
    }),
    caughtBy: 'a replacement is rolled back under its new id',
    as: /The rollback stayed with the new resource/,
  },
  {
    name: 'ignores properties that it does not know',
    fault: () => ({
      answer: async (asked, next) => {
        const { Unheardof: _, ...properties } = asked.request.ResourceProperties;
        return next({ ...asked, request: { ...asked.request, ResourceProperties: properties } });
      },
    }),
    caughtBy: 'a Create with an unknown property fails',
    as: /Create ended in SUCCESS/,
  },
  {
    name: 'serves every account',
    fault: () => ({
      answer: (asked, next) => {
        const StackId = asked.request.StackId.replace(/:\d{12}:/, ':111122223333:');
        return next({ ...asked, request: { ...asked.request, StackId } });
      },
    }),
    caughtBy: 'a stack of another account or Region is refused',
    as: /Create ended in SUCCESS/,
  },
  {
    name: 'calls whatever URL it is given',
    fault: () => ({ put: async (url, body) => void (await putOnce(url, body)) }),
    caughtBy: "a response URL on a host that is not CloudFormation's is not called",
    as: /A foreign host was called/,
  },
  {
    name: 'does not look at the time it has',
    fault: () => ({
      answer: (asked, next) => {
        const { ServiceTimeout: _, ...properties } = asked.request.ResourceProperties;
        return next({ ...asked, request: { ...asked.request, ResourceProperties: properties } });
      },
    }),
    caughtBy: 'a provider that is held up answers FAILED before ServiceTimeout',
    as: 'answers the request',
  },
];
