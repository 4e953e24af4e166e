import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FunctionConfiguration } from '../../../local/runtime/function-configuration.ts';
import { LambdaFunction } from '../../../local/runtime/lambda-function.ts';

/** A function whose code stands in the test, as one ES module; it is ended with the test. */
export async function writtenFunction(
  context: TestContext,
  code: string,
  configuration: Partial<FunctionConfiguration> = {},
): Promise<LambdaFunction> {
  const taskRoot = await mkdtemp(join(tmpdir(), 'deploytime-function-'));
  await writeFile(join(taskRoot, 'index.mjs'), code);
  const written = new LambdaFunction({ functionName: 'deploytime-test', taskRoot, ...configuration });
  context.after(async () => {
    await written.stop();
    await rm(taskRoot, { recursive: true, force: true });
  });
  return written;
}
