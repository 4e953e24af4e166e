import { join } from 'node:path';
import { answersOf, type ProgramAnswer } from '../placeholder/answers-of-program.ts';
import { unpackProgram } from '../placeholder/unpacked-program.ts';
import type { ExampleRun } from './run.ts';
import type { Finding } from './step.ts';

/** The example's platform is linux/amd64. */
const ARCHITECTURE = 'x64';
const HTTP_OK = 200;
const HTTP_UNAVAILABLE = 503;

interface ImageAddress {
  readonly repository: string;
  readonly tag: string;
}

/** Reads the placeholder out of the registry again, and has that very program answer. */
export async function tryPlaceholder(run: ExampleRun, address: ImageAddress): Promise<Finding[]> {
  const { account, folder, progress, signal } = run;
  if (process.platform !== 'linux' || process.arch !== ARCHITECTURE) {
    return [notRun(`it is for linux/amd64, and this is ${process.platform} on ${process.arch}`)];
  }
  const title = 'run the placeholder, as skopeo and umoci read it out of the registry';
  return await progress.step(title, async () => {
    const source = { registry: account.endpoint, ...address };
    const program = await unpackProgram(join(folder, 'placeholder'), source, signal);
    if (program.path === undefined) return [notRun(program.reason)];
    const answers = await answersOf(program.path, {
      DEPLOYTIME_REPOSITORY: address.repository,
      DEPLOYTIME_TAG: address.tag,
    });
    progress.note(answers.http?.message ?? 'the placeholder says nothing');
    return [
      // MiniStack's Lambda takes any image, and runs none.
      {
        text: "the stack's function proves the reference alone; the placeholder was run here",
        isRight: true,
      },
      answerFinding('under the Runtime API', answers.lambda, HTTP_UNAVAILABLE, address),
      answerFinding('over HTTP', answers.http, HTTP_OK, address),
    ];
  });
}

function answerFinding(
  where: string,
  answer: ProgramAnswer | undefined,
  expectedStatus: number,
  { repository, tag }: ImageAddress,
): Finding {
  if (answer === undefined) return { text: `${where}: no answer`, isRight: false };
  const { statusCode, message } = answer;
  const isRight = statusCode === expectedStatus && message.includes(`repository ${repository}, tag ${tag}.`);
  return { text: `${where}: ${statusCode}${isRight ? '' : `, ${message}`}`, isRight };
}

function notRun(reason: string): Finding {
  return { text: `not run: ${reason}`, isRight: undefined };
}
