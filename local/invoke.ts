import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle } from '../packaging/bundling.ts';
import { SIGNAL_EXIT_CODES } from './interruption.ts';
import { startAnswerServer } from './invoke/answer-server.ts';
import { readEventFile } from './invoke/event-file.ts';
import { HELP, type InvokeOptions, readInvokeOptions } from './invoke/options.ts';
import { type InvokeResult, isSuccess, jsonOf, textOf } from './invoke/report.ts';
import { LocalError } from './local-error.ts';
import { DEFAULT_MEMORY_MB, type FunctionConfiguration } from './runtime/function-configuration.ts';
import { LambdaFunction } from './runtime/lambda-function.ts';
import { serviceFunction } from './runtime/service-function.ts';

const HANDLERS = join(import.meta.dirname, '..', 'handlers');
const EXIT_CODE = { success: 0, failed: 1, notRun: 2 } as const;

// The function's process and the folder go with this process, however it ends.
for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.once(signal, () => process.exit(exitCode));
}

try {
  const options = readInvokeOptions(process.argv.slice(2), process.env.AWS_ENDPOINT_URL);
  if (options === 'help') {
    process.stdout.write(HELP);
  } else {
    const result = await invoke(options);
    process.stdout.write((options.json ? jsonOf : textOf)(result, options.log));
    process.exitCode = isSuccess(result) ? EXIT_CODE.success : EXIT_CODE.failed;
  }
} catch (error) {
  if (!(error instanceof LocalError)) throw error;
  process.exitCode = EXIT_CODE.notRun;
  process.stderr.write(`invoke: ${error.message}\n`);
}

async function invoke(options: InvokeOptions): Promise<InvokeResult> {
  const event = await readEventFile(options.eventFile);
  const { request, partition, region, accountId, urlSuffix } = event;
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-invoke-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await buildBundle(join(HANDLERS, `${options.functionName}.ts`), folder);
  const key = `${request.StackId}|${request.LogicalResourceId}|${request.RequestId}`;
  const answerServer = await startAnswerServer(key);
  const { memoryMb, timeoutSeconds } = options;
  const configuration: FunctionConfiguration = {
    ...serviceFunction(options.functionName, folder, {
      partition,
      region,
      accountId,
      urlSuffix,
      responseEndpoint: answerServer.origin,
      ...(options.endpoint && { accountEndpoint: options.endpoint }),
      ...credentials(),
      registryHosts: {
        ...(options.endpoint && {
          [`${accountId}.dkr.ecr.${region}.${urlSuffix}`]: options.endpoint.origin,
          // MiniStack has layers at its own address.
          [options.endpoint.host]: options.endpoint.origin,
        }),
        ...options.registryHosts,
      },
    }),
    ...(memoryMb !== undefined && { memoryMb }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  };
  const subject = new LambdaFunction(configuration);
  try {
    const invocation = await subject.invoke(event.withResponseUrl(answerServer.responseUrl));
    return {
      functionName: configuration.functionName,
      request,
      invocation,
      answers: answerServer.answers,
      memoryMb: configuration.memoryMb ?? DEFAULT_MEMORY_MB,
      hasMissedAccount: answerServer.hasMissedAccount(),
    };
  } finally {
    await subject.stop();
    await answerServer.stop();
  }
}

function credentials() {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  return accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {};
}
