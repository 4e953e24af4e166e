import { type ClockMinute, walkClock } from './oracle-clock.ts';

/** Some days of a zone, most of them around a change of its clocks. */
export interface OracleSpan {
  readonly zone: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

export const ORACLE_SPANS: readonly OracleSpan[] = [
  span('America/New_York', 'an hour is left out', '2026-03-02', '2026-03-14'),
  span('America/New_York', 'an hour comes twice', '2026-10-26', '2026-11-07'),
  span('Europe/Berlin', 'an hour is left out', '2026-03-23', '2026-04-04'),
  span('Europe/Berlin', 'an hour comes twice', '2026-10-19', '2026-10-31'),
  span('Australia/Lord_Howe', 'half an hour comes twice', '2026-03-30', '2026-04-11'),
  span('Australia/Lord_Howe', 'half an hour is left out', '2026-09-28', '2026-10-10'),
  span('Asia/Tokyo', 'nothing happens', '2026-12-25', '2027-01-06'),
  span('America/Sao_Paulo', 'the hour after midnight is left out', '2018-10-29', '2018-11-10'),
  span('America/Sao_Paulo', 'the hour before midnight comes twice', '2019-02-11', '2019-02-23'),
  span('Asia/Beirut', 'the hour after midnight is left out', '2026-03-23', '2026-04-04'),
  span('Asia/Beirut', 'the hour before midnight comes twice', '2026-10-19', '2026-10-31'),
  span('Africa/Cairo', 'the hour after midnight is left out', '2026-04-18', '2026-04-30'),
  span('Africa/Cairo', 'the hour before midnight comes twice', '2026-10-24', '2026-11-05'),
  span('America/St_Johns', 'a date comes back', '2010-11-01', '2010-11-13'),
  span('Pacific/Apia', 'a day is left out', '2011-12-25', '2012-01-06'),
  span('Antarctica/Troll', 'two hours are left out', '2026-03-23', '2026-04-04'),
  span('Antarctica/Troll', 'two hours come twice', '2026-10-19', '2026-10-31'),
  span('Africa/Casablanca', 'an hour comes twice and is left out a month later', '2026-02-12', '2026-03-26'),
];

/** In UTC. */
export function minutesOf({ zone, from, to }: OracleSpan): readonly ClockMinute[] {
  return walkClock(zone, Date.parse(`${from}T00:00Z`), Date.parse(`${to}T00:00Z`));
}

function span(zone: string, what: string, from: string, to: string): OracleSpan {
  return { zone, what, from, to };
}
