/*
 * What Lambda's Node runtime does inside a function's process: loads the handler, asks the Runtime API for events, and
 * posts what came of each. It is a program of its own that is started with its types taken out
 * (execution-environment.ts), so it imports Node's own modules and nothing else.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { existsSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: unknown) => unknown;

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The runtime's own exit codes after an error that nobody caught. */
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;
/**
 * Event, context, callback. The runtime goes by the number that a handler declares, and refuses this one at init.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (`errorOnDeprecatedCallback`)
 */
const CALLBACK_PARAMETERS = 3;
const MODULE_EXTENSIONS = ['.mjs', '.js', '.cjs'];

/** An error under the name that Lambda gives it. */
class RuntimeError extends Error {
  constructor(name: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
  }
}

/** Where an error that nobody catches is posted to: the init's place, then that of the invocation under way. */
let errorPath = '/init/error';

function call(method: 'GET' | 'POST', path: string, body = '', errorType?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(
    `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime${path}`,
    {
      method,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(errorType !== undefined && { 'lambda-runtime-function-error-type': errorType }),
      },
    },
    (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

function describe(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function postError(error: unknown): Promise<void> {
  const described = describe(error);
  process.stderr.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', message: described })}\n`,
  );
  await call('POST', errorPath, JSON.stringify(described), described.errorType);
}

/** Tells why the process can't go on, and ends it. */
function endWith(exitCode: number, error: unknown): void {
  void postError(error)
    .catch(() => {})
    .finally(() => process.exit(exitCode));
}

process.on('uncaughtException', (error) => endWith(EXIT_UNCAUGHT_EXCEPTION, error));
process.on('unhandledRejection', (reason) => {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  endWith(
    EXIT_UNHANDLED_REJECTION,
    new RuntimeError('Runtime.UnhandledPromiseRejection', text, { cause: reason }),
  );
});

/** @throws RuntimeError under Lambda's name for what is wrong with the function's code. */
async function loadHandler(): Promise<Handler> {
  const name = process.env._HANDLER ?? '';
  const [, modulePath, exportName] = /^(.+)\.([^./]+)$/.exec(name) ?? [];
  if (modulePath === undefined || exportName === undefined) {
    throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler ${name}`);
  }
  const path = join(process.env.LAMBDA_TASK_ROOT ?? '', modulePath);
  const file = MODULE_EXTENSIONS.map((extension) => path + extension).find((candidate) =>
    existsSync(candidate),
  );
  if (file === undefined) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${modulePath}'`);
  }
  let exported: Record<string, unknown>;
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, {
        cause: error,
      });
    }
    if (/MODULE_NOT_FOUND$/.test(String((error as NodeJS.ErrnoException).code))) {
      throw new RuntimeError('Runtime.ImportModuleError', String(error), { cause: error });
    }
    throw error;
  }
  const handler = exported[exportName];
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (handler.length >= CALLBACK_PARAMETERS) {
    const message = `${name} takes a callback; Node 24's runtime has none: return a promise`;
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', message);
  }
  return handler as Handler;
}

/** The context object. Node 24's runtime has no callbacks. */
function contextOf(requestId: string, headers: IncomingHttpHeaders) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

let handler: Handler;
try {
  handler = await loadHandler();
} catch (error) {
  await postError(error);
  process.exit(1);
}

for (;;) {
  const next = await call('GET', '/invocation/next').catch(() => process.exit(1));
  const requestId = String(next.headers['lambda-runtime-aws-request-id']);
  errorPath = `/invocation/${requestId}/error`;
  process.env._X_AMZN_TRACE_ID = String(next.headers['lambda-runtime-trace-id'] ?? '');
  try {
    const result = await handler(JSON.parse(next.body), contextOf(requestId, next.headers));
    await call('POST', `/invocation/${requestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await postError(error);
  }
}
