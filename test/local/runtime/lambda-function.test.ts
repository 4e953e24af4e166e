import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import type { FunctionConfiguration } from '../../../local/runtime/function-configuration.ts';
import type { FunctionError, Invocation } from '../../../local/runtime/invocation.ts';
import { writtenFunction } from '../../support/lambda/written-function.ts';

/** Long enough for a process to start on a busy machine. */
const PLENTY = { memoryMb: 256, timeoutSeconds: 30 };
const NEVER = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';

function payloadOf(invocation: Invocation): unknown {
  assert.ok(invocation.outcome === 'returned', JSON.stringify(invocation));
  return invocation.payload;
}

function errorOf(invocation: Invocation): FunctionError {
  assert.ok(invocation.outcome === 'failed', JSON.stringify(invocation));
  return invocation.error;
}

/** The error of one event's invocation, and whether the function works again for the next event. */
async function failureOf(
  context: TestContext,
  body: string,
  configuration: Partial<FunctionConfiguration> = {},
): Promise<FunctionError & { readonly requestId: string }> {
  const failing = await writtenFunction(
    context,
    `export async function handler(event) { if (event === 'fine') return 'fine'; ${body} }`,
    { ...PLENTY, ...configuration },
  );
  const invocation = await failing.invoke('fail');
  assert.equal(payloadOf(await failing.invoke('fine')), 'fine');
  return { ...errorOf(invocation), requestId: invocation.requestId };
}

describe('A function in a process of its own', () => {
  test('gets the event, and its answer comes back', async (context) => {
    const echo = await writtenFunction(
      context,
      'export const handler = async (event) => ({ event });',
      PLENTY,
    );
    const invocation = await echo.invoke({ text: 'Grüße', list: [1, null] });
    assert.deepEqual(payloadOf(invocation), { event: { text: 'Grüße', list: [1, null] } });
    assert.ok(invocation.maxMemoryBytes > 10 * 1024 * 1024);
    assert.ok(invocation.durationMs > 0);
    assert.equal(payloadOf(await echo.invoke(undefined)) instanceof Object, true);
  });

  test('answers null where it returns nothing', async (context) => {
    const silent = await writtenFunction(context, 'export const handler = async () => {};', PLENTY);
    assert.equal(payloadOf(await silent.invoke({})), null);
  });

  test("finds Lambda's environment and nothing of ours", async (context) => {
    process.env.DEPLOYTIME_TEST_LEAK = 'leaked';
    context.after(() => delete process.env.DEPLOYTIME_TEST_LEAK);
    const telling = await writtenFunction(context, 'export const handler = async () => process.env;', {
      ...PLENTY,
      functionName: 'deploytime-telling',
      region: 'eu-central-1',
      environment: { DEPLOYTIME_PARTITION: 'aws', AWS_REGION: 'not-mine' },
    });
    const variables = payloadOf(await telling.invoke({})) as Record<string, string>;
    assert.equal(variables.DEPLOYTIME_TEST_LEAK, undefined);
    assert.equal(variables.DEPLOYTIME_PARTITION, 'aws');
    assert.equal(variables.AWS_REGION, 'eu-central-1');
    assert.equal(variables._HANDLER, 'index.handler');
    assert.equal(variables.LAMBDA_TASK_ROOT, telling.configuration.taskRoot);
    assert.equal(variables.AWS_LAMBDA_FUNCTION_NAME, 'deploytime-telling');
    assert.equal(variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, '256');
    assert.equal(variables.AWS_LAMBDA_LOG_GROUP_NAME, '/aws/lambda/deploytime-telling');
    assert.equal(variables.AWS_EXECUTION_ENV, 'AWS_Lambda_nodejs24.x');
    assert.match(
      variables._X_AMZN_TRACE_ID ?? '',
      /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
    );
  });

  test('gets a context with its ids and its remaining time', async (context) => {
    const code = `export const handler = async (event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis(), parameters: handler.length });`;
    const telling = await writtenFunction(context, code, PLENTY);
    const invocation = await telling.invoke({}, { requestId: 'an-id' });
    const told = payloadOf(invocation) as Record<string, unknown>;
    assert.equal(told.awsRequestId, 'an-id');
    assert.equal(told.invokedFunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:deploytime-test');
    assert.equal(told.functionName, 'deploytime-test');
    assert.equal(told.functionVersion, '$LATEST');
    assert.equal(told.memoryLimitInMB, '256');
    assert.equal(told.logGroupName, '/aws/lambda/deploytime-test');
    assert.match(String(told.logStreamName), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    const remaining = Number(told.remaining);
    assert.ok(remaining > 0 && remaining <= 30_000, `${remaining} ms remained`);
  });

  test('is warm for the next event, cold where that is asked for or it was recycled', async (context) => {
    const counting = await writtenFunction(
      context,
      'let count = 0; export const handler = async () => ++count;',
      PLENTY,
    );
    const first = await counting.invoke({});
    const second = await counting.invoke({});
    const cold = await counting.invoke({}, { cold: true });
    assert.deepEqual([first, second, cold].map(payloadOf), [1, 2, 1]);
    assert.ok(first.initMs !== undefined && first.initMs > 0);
    assert.equal(second.initMs, undefined);
    assert.notEqual(cold.initMs, undefined);
    await counting.recycle();
    assert.equal(payloadOf(await counting.invoke({})), 1);
  });

  test('runs events at the same time in different processes', async (context) => {
    const waiting = await writtenFunction(
      context,
      `export const handler = async (event) => {
        await new Promise((resolve) => setTimeout(resolve, event.ms));
        return process.pid;
      };`,
      PLENTY,
    );
    const pids = (await Promise.all([waiting.invoke({ ms: 300 }), waiting.invoke({ ms: 300 })])).map(
      payloadOf,
    );
    assert.notEqual(pids[0], pids[1]);
  });

  test('tells each invocation its own lines, the init among the first', async (context) => {
    const code = `console.log('loaded');
      export const handler = async ({ text }) => { console.log(text); console.error(text + '!'); };`;
    const writing = await writtenFunction(context, code, PLENTY);
    const texts = ({ lines }: Invocation) => lines.map(({ stream, text }) => `${stream}: ${text}`).sort();
    const first = await writing.invoke({ text: 'one' });
    assert.deepEqual(texts(first), ['stderr: one!', 'stdout: loaded', 'stdout: one']);
    const long = 'x'.repeat(60_000);
    assert.deepEqual(texts(await writing.invoke({ text: long })), [`stderr: ${long}!`, `stdout: ${long}`]);
    assert.ok(writing.lines.includes('loaded') && writing.lines.includes('one!'));
  });
});

describe('A function that fails', () => {
  test('tells its error, and stays warm', async (context) => {
    const failing = await writtenFunction(
      context,
      "export const handler = async (event) => { if (event === 1) throw new RangeError('too far'); return process.pid; };",
      PLENTY,
    );
    const pid = payloadOf(await failing.invoke(0));
    const { errorType, errorMessage, trace } = errorOf(await failing.invoke(1));
    assert.deepEqual({ errorType, errorMessage }, { errorType: 'RangeError', errorMessage: 'too far' });
    assert.match(trace?.join('\n') ?? '', /^RangeError: too far\n\s+at handler .*index\.mjs/);
    assert.equal(payloadOf(await failing.invoke(0)), pid);
  });

  test('may throw something that is no error, or at once', async (context) => {
    const { errorType, errorMessage } = await failureOf(context, "throw 'only words';");
    assert.deepEqual({ errorType, errorMessage }, { errorType: 'string', errorMessage: 'only words' });
  });

  test('with a rejection that nobody handles, is ended and tells it', async (context) => {
    const { errorType, errorMessage } = await failureOf(
      context,
      `Promise.reject(new Error('forgotten')); ${NEVER}`,
    );
    assert.equal(errorType, 'Runtime.UnhandledPromiseRejection');
    assert.equal(errorMessage, 'Error: forgotten');
  });

  test('with an exception outside of any promise, is ended and tells it', async (context) => {
    const { errorType, errorMessage } = await failureOf(
      context,
      `setTimeout(() => { throw new TypeError('out of reach'); }, 1); ${NEVER}`,
    );
    assert.deepEqual({ errorType, errorMessage }, { errorType: 'TypeError', errorMessage: 'out of reach' });
  });

  test('and exits, is reported as an exit, with its status', async (context) => {
    const error = await failureOf(context, 'process.exit(7);');
    assert.equal(error.errorType, 'Runtime.ExitError');
    assert.equal(
      error.errorMessage,
      `RequestId: ${error.requestId} Error: Runtime exited with error: exit status 7`,
    );
    const without = await failureOf(context, 'process.exit(0);');
    assert.match(without.errorMessage, /Error: Runtime exited without providing a reason$/);
  });

  test('and answers more than Lambda takes, is told so', async (context) => {
    const error = await failureOf(context, "return 'x'.repeat(6 * 1024 * 1024);");
    assert.equal(error.errorType, 'Function.ResponseSizeTooLarge');
  });
});

describe('A function that is ended', () => {
  test('at its time limit, even where it never gives way', async (context) => {
    const error = await failureOf(context, 'for (;;);', { timeoutSeconds: 0.5 });
    assert.deepEqual(error, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${error.requestId} Error: Task timed out after 0.50 seconds`,
      requestId: error.requestId,
    });
  });

  test('at its memory limit, whoever holds the memory', async (context) => {
    const fill = `const held = []; for (;;) {
      held.push(Buffer.alloc(4 * 1024 * 1024, 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }`;
    const error = await failureOf(context, fill, { memoryMb: 128 });
    assert.equal(error.errorType, 'Runtime.OutOfMemory');
    assert.match(error.errorMessage, /Error: Runtime exited with error: signal: killed$/);
  });

  test('at its memory limit, also where it has answered before anybody looked', async (context) => {
    // Up to just under the limit slowly, then over it and to the answer too quickly for a look in between.
    const fill = `const held = []; const mebibyte = () => Buffer.alloc(1024 * 1024, 1);
      while (process.resourceUsage().maxRSS < 125 * 1024) {
        held.push(mebibyte());
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (let more = 0; more < 5; more += 1) held.push(mebibyte());
      return held.length;`;
    const error = await failureOf(context, fill, { memoryMb: 128 });
    assert.equal(error.errorType, 'Runtime.OutOfMemory');
  });

  test("at V8's limit, where its own objects fill the memory", async (context) => {
    const fill = 'const held = []; for (;;) held.push({ at: held.length, text: String(held.length) });';
    const error = await failureOf(context, fill, { memoryMb: 128 });
    // Whichever of the two limits is met first.
    assert.match(error.errorType, /^Runtime\.(OutOfMemory|ExitError)$/);
    assert.match(error.errorMessage, /signal: (killed|aborted|trace\/breakpoint trap)$/);
  });

  test('after a while, on a line that it writes, or when told', async (context) => {
    const code = `export async function handler(event) {
      if (event !== 'wait') return event;
      console.log('half-way'); ${NEVER}
    }`;
    const waiting = await writtenFunction(context, code, PLENTY);
    const killed = /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/;
    const told = new AbortController();
    const byHand = waiting.invoke('wait', { kill: { signal: told.signal } });
    setTimeout(() => told.abort(), 50);
    for (const invocation of [
      await waiting.invoke('wait', { kill: { afterMs: 20 } }),
      await waiting.invoke('wait', { kill: { onLine: /^half/ } }),
      await byHand,
    ]) {
      const { errorType, errorMessage } = errorOf(invocation);
      assert.equal(errorType, 'Runtime.ExitError');
      assert.match(errorMessage, killed);
    }
    const early = await waiting.invoke('done', { kill: { afterMs: 20_000 } });
    assert.equal(payloadOf(early), 'done');
  });

  test('takes what it started with it', async (context) => {
    const code = `import { spawn } from 'node:child_process';
      export async function handler() { return spawn('sleep', ['600'], { stdio: 'inherit' }).pid; }`;
    const starting = await writtenFunction(context, code, PLENTY);
    const pid = Number(payloadOf(await starting.invoke({})));
    process.kill(pid, 0);
    await starting.stop();
    // Its end is its new parent's to notice: it may still be listed for a moment, as a zombie.
    for (let look = 0; look < 100 && isRunning(pid); look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(isRunning(pid), false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readStatus(pid));
  } catch {
    return false;
  }
}

function readStatus(pid: number): string {
  return existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'latin1') : '';
}

describe('A function that does not come up', () => {
  test('tells the error of its init, after a second try', async (context) => {
    const broken = await writtenFunction(context, "console.log('try'); throw new Error('no start');", PLENTY);
    const invocation = await broken.invoke({});
    assert.equal(errorOf(invocation).errorMessage, 'no start');
    assert.equal(broken.lines.filter((line) => line === 'try').length, 2);
  });

  test("has Lambda's names for what is wrong with its code", async (context) => {
    for (const [code, handler, errorType] of [
      ['export const other = 1;', 'index.handler', 'Runtime.HandlerNotFound'],
      ["import 'a-package-that-is-not-there';", 'index.handler', 'Runtime.ImportModuleError'],
      ['export const handler = async () => {};', 'missing.handler', 'Runtime.ImportModuleError'],
      ['export const handler = ;', 'index.handler', 'Runtime.UserCodeSyntaxError'],
      ['export const handler = async () => {};', 'handler', 'Runtime.MalformedHandlerName'],
      ['export const handler = (a, b, c) => c();', 'index.handler', 'Runtime.CallbackHandlerDeprecated'],
    ] as const) {
      const broken = await writtenFunction(context, code, { ...PLENTY, handler });
      assert.equal(errorOf(await broken.invoke({})).errorType, errorType, code);
    }
  });

  test('is reported as an exit where its init exits', async (context) => {
    const exiting = await writtenFunction(context, 'process.exit(3);', PLENTY);
    const invocation = await exiting.invoke({});
    assert.deepEqual(errorOf(invocation), {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${invocation.requestId} Error: Runtime exited with error: exit status 3`,
    });
  });

  test('gets its whole time limit for a second init where the first took too long', async (context) => {
    const code =
      'await new Promise((resolve) => setTimeout(resolve, 700)); export const handler = async () => 1;';
    const slow = await writtenFunction(context, code, { ...PLENTY, initLimitMs: 300 });
    assert.equal(payloadOf(await slow.invoke({})), 1);
    const slower = await writtenFunction(context, `${NEVER}; export const handler = async () => 1;`, {
      initLimitMs: 100,
      timeoutSeconds: 0.4,
    });
    assert.match(errorOf(await slower.invoke({})).errorMessage, /Task timed out after 0\.40 seconds$/);
  });
});

describe('Between two events', () => {
  const telling = 'export const handler = async () => process.pid;';

  test('a function that freezes is stopped, and goes on with the next', async (context) => {
    const frozen = await writtenFunction(context, telling, { ...PLENTY, freezes: true });
    const pid = Number(payloadOf(await frozen.invoke({})));
    assert.match(await stateOf(pid, /^T/), /^T/);
    assert.equal(payloadOf(await frozen.invoke({})), pid);
    await frozen.stop();
    assert.equal(isRunning(pid), false);
  });

  test('one that does not, goes on', async (context) => {
    const free = await writtenFunction(context, telling, PLENTY);
    const pid = Number(payloadOf(await free.invoke({})));
    assert.match(await stateOf(pid, /^[RS]/), /^[RS]/);
  });
});

/** A process's state as `ps` has it, once it is the expected one; the last one seen where it never is. */
async function stateOf(pid: number, expected: RegExp): Promise<string> {
  let state = '';
  for (let look = 0; look < 100 && !expected.test(state); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  }
  return state;
}
