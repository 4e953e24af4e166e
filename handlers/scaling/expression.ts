/** A date on the wall's calendar, `2026-12-31`. */
export type LocalDate = string;

/** What EventBridge Scheduler takes for a schedule, as far as it can be computed with certainty here. */
export type Expression = CronExpression | AtExpression;

export interface CronExpression {
  readonly kind: 'cron';
  /** As written: `cron(30 0 * * ? *)`. */
  readonly text: string;
}

export interface AtExpression {
  readonly kind: 'at';
  /** As written: `at(2026-12-24T18:00:00)`. */
  readonly text: string;
}
