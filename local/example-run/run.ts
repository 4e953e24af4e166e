import { join } from 'node:path';
import type { Account } from '../account.ts';
import { type Cdk, cdkFor } from '../cdk.ts';
import type { Progress } from '../progress.ts';
import type { RunFolder } from '../run-folder.ts';

/** What all of the run goes by. */
export interface RunPlace {
  readonly account: Account;
  readonly progress: Progress;
  readonly folder: Pick<RunFolder, 'cdk' | 'build'>;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** What a part of it goes by, which may be at work beside others. */
export interface ExampleRun {
  readonly account: Account;
  readonly cdk: Cdk;
  readonly progress: Progress;
  /** A folder for what it builds. */
  readonly folder: string;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** @param name Of the part: for folders of its own. */
export function partOf({ account, progress, folder, signal }: RunPlace, name: string): ExampleRun {
  return {
    account,
    cdk: cdkFor(account, join(folder.cdk, name), signal),
    progress,
    folder: folder.build,
    signal,
  };
}
