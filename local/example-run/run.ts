import type { Account } from '../account.ts';
import type { Cdk } from '../cdk.ts';
import type { Progress } from '../progress.ts';

/** What the run goes by. */
export interface ExampleRun {
  readonly account: Account;
  readonly cdk: Cdk;
  readonly progress: Progress;
  /** A folder for what the run builds. */
  readonly folder: string;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}
