import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FencedBlock } from '../../../site/fenced-block.ts';
import { placeOf } from './fenced-block.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CHECK_LIMIT_MS = 3 * 60 * 1000;

/**
 * Around a block that imports nothing: it is a part of somebody's stack, in which these names are known. What a page
 * leaves out because it is the same everywhere stands here, and nothing else.
 */
const STACK = `import { Stack, TimeZone } from 'aws-cdk-lib';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-docdb';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { DockerImageFunction, type Function } from 'aws-cdk-lib/aws-lambda';
import { EcrImage, ImageTag, LayerFingerprint, ScalingTarget, ScheduledScaling } from 'deploytime';
declare const batch: FargateService;
declare const fn: Function;
declare const image: EcrImage;
declare const orders: DatabaseCluster;
declare const repository: Repository;
export class Example extends Stack {
  build(): void {
`;
const STACK_END = `  }
}
`;

/**
 * Type-checks blocks as a user's compiler would, with \`deploytime\` as it is in this repository.
 * @returns What the compiler says, with the lines of the pages.
 */
export async function typeMistakes(blocks: readonly FencedBlock[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-blocks-'));
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'blocks'));
    for (const [index, block] of blocks.entries()) {
      await writeFile(join(folder, 'blocks', `${index}.ts`), moduleOf(block));
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIGURATION));
    const program = join(ROOT, 'node_modules', '.bin', 'tsc');
    const said = await promisify(execFile)(program, ['-p', folder, '--pretty', 'false'], {
      timeout: CHECK_LIMIT_MS,
      cwd: folder,
    }).then(
      () => '',
      (error: { readonly stdout?: string }) => error.stdout || String(error),
    );
    return said.replaceAll(/^blocks\/(\d+)\.ts\((\d+),\d+\)/gm, (_, index, line) => {
      const block = blocks[Number(index)];
      return block === undefined
        ? ''
        : placeOf({ ...block, line: block.line + Number(line) - 1 - before(block) });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const CONFIGURATION = {
  extends: join(ROOT, 'tsconfig.base.json'),
  compilerOptions: {
    exactOptionalPropertyTypes: false,
    noUnusedLocals: false,
    paths: { deploytime: [join(ROOT, 'stacks', 'index.ts')] },
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  },
  include: ['blocks'],
};

function isWhole({ code }: FencedBlock): boolean {
  return /^import /m.test(code);
}

function moduleOf(block: FencedBlock): string {
  return isWhole(block) ? block.code : STACK + block.code + STACK_END;
}

/** How many lines stand before a block's own. */
function before(block: FencedBlock): number {
  return isWhole(block) ? 0 : STACK.split('\n').length - 1;
}
