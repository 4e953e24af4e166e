import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readTimeZone } from '../../../../handlers/scaling/time/time-zone.ts';

describe("a time zone's name", () => {
  for (const name of [
    'UTC',
    'Etc/UTC',
    'GMT',
    'GMT+0',
    'Etc/GMT+5',
    'Asia/Tokyo',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'US/Eastern',
    'EST5EDT',
    'Europe/Kyiv',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'Antarctica/DumontDUrville',
    'Australia/Lord_Howe',
  ]) {
    test(`may be ${name}`, () => {
      assert.deepEqual(readTimeZone(name), { ok: true, value: name });
    });
  }

  test('may be any that this platform lists', () => {
    const refused = Intl.supportedValuesOf('timeZone').filter((name) => !readTimeZone(name).ok);
    assert.deepEqual(refused, []);
  });

  const offset = 'is an offset, and a zone is named by its place; write such as "Asia/Tokyo", or "UTC"';
  const unknown =
    'is no name of the IANA time zone database; write such as "Europe/Berlin", "America/New_York" or "UTC"';
  for (const [text, because] of [
    ['+09:00', offset],
    ['-0500', offset],
    ['+9', offset],
    ['−09:00', offset],
    ['UTC+9', offset],
    ['GMT+09:00', offset],
    ['', unknown],
    ['Z', unknown],
    ['JST', unknown],
    ['PST', unknown],
    ['Asia/Kyoto', unknown],
    ['Asia/Tokyo ', unknown],
    ['America/New York', unknown],
    ['Etc/GMT+15', unknown],
    ['Etc/Unknown', unknown],
    ['SystemV/EST5', unknown],
    ['Systemv/EST5', unknown],
    ['../etc/passwd', unknown],
    ['utc', 'is spelled "UTC" in the IANA time zone database'],
    ['asia/tokyo', 'is spelled "Asia/Tokyo" in the IANA time zone database'],
    ['AMERICA/PORT-AU-PRINCE', 'is spelled "America/Port-au-Prince" in the IANA time zone database'],
  ] as const) {
    test(`is refused as ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readTimeZone(text), { ok: false, because: `${JSON.stringify(text)} ${because}` });
    });
  }

  test('is refused where it is no text, or a long one', () => {
    for (const given of [9, undefined, null, ['UTC'], 'a'.repeat(65)]) {
      assert.deepEqual(readTimeZone(given), { ok: false });
    }
  });
});
