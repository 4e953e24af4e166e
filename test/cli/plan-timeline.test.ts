import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { element, escapeText, rounded, textElement } from '../../cli/plan/timeline/element.ts';
import { levelsOf } from '../../cli/plan/timeline/levels.ts';
import { fitted, widthOf } from '../../cli/plan/timeline/text-width.ts';
import { ticksOf } from '../../cli/plan/timeline/time-scale.ts';
import type { Capacity } from '../../handlers/scaling/forecast/capacity.ts';
import { PICTURES, pictureOf } from './plan-pictures.ts';

describe('an element of a picture', () => {
  test('has nothing in it that could be read as another element', () => {
    assert.equal(
      textElement('text', { x: 1.005, title: `"'<>&`, y: undefined }, '</text>&', '<b>'),
      '<text x="1" title="&#34;&#39;&#60;&#62;&#38;"><title>&#60;b&#62;</title>&#60;/text&#62;&#38;</text>',
    );
    assert.equal(element('line', { x1: -0.001 }), '<line x1="0"/>');
  });

  test('has no character that XML can’t write', () => {
    assert.equal(
      escapeText('a\u{0}b\u{1b}c\u{D800}d\u{FFFF}e\tf😀'),
      'a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\tf😀',
    );
  });

  test('has the same digits everywhere', () => {
    assert.deepEqual([1 / 3, 2, -0, 1e-9, 12.345678].map(rounded), ['0.33', '2', '0', '0', '12.35']);
  });
});

describe('a picture', () => {
  for (const [name, given] of Object.entries(PICTURES)) {
    test(`is whole, and the same each time: ${name}`, () => {
      const svg = pictureOf(given);
      assert.equal(svg, pictureOf(given));
      const open: string[] = [];
      for (const [, slash, tag = '', isEmpty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
        if (slash) assert.equal(open.pop(), tag);
        else if (!isEmpty) open.push(tag);
      }
      assert.deepEqual(open, []);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      assert.match(
        svg,
        /^<svg [^>]*role="img" aria-labelledby="plan-title plan-description">\n<title id="plan-title">.+<\/title>\n<desc id="plan-description">.+<\/desc>\n/,
      );
    });
  }
});

describe('a text that is fitted', () => {
  test('keeps its ends, and is as narrow as it must be', () => {
    const name = 'docdb/a-cluster-with-a-name-that-is-long-enough';
    for (const width of [300, 150, 60, 20]) {
      const short = fitted(name, width, 12);
      assert.ok(widthOf(short, 12) <= width || short === '…', short);
    }
    assert.match(fitted(name, 200, 12), /^docdb\/a.*….*enough$/);
    assert.equal(fitted(name, 1000, 12), name);
    assert.equal(fitted('', 10, 12), '');
  });
});

describe('the axis of time', () => {
  const ticks = (zone: string, first: string, last: string, width = 700) => {
    const scale = { from: Date.parse(first), to: Date.parse(last), left: 100, width };
    return ticksOf(scale, zone);
  };

  test('has round local times, and what they are in UTC', () => {
    assert.deepEqual(
      ticks('Europe/Berlin', '2026-10-23T22:00Z', '2026-10-26T23:00Z').map(
        ({ local, utc }) => `${local} ${utc}`,
      ),
      [
        'Sat 24 Oct 23 Oct 22:00Z',
        '12:00 10:00Z',
        'Sun 25 Oct 24 Oct 22:00Z',
        '12:00 11:00Z',
        'Mon 26 Oct 25 Oct 23:00Z',
        '12:00 11:00Z',
        'Tue 27 Oct 26 Oct 23:00Z',
      ],
    );
  });

  for (const [zone, first, last] of [
    ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T10:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T10:00Z', '2026-04-04T20:00Z'],
    ['Pacific/Apia', '2011-12-28T10:00Z', '2012-01-03T10:00Z'],
    ['America/Sao_Paulo', '2018-11-03T00:00Z', '2018-11-06T00:00Z'],
    ['Asia/Kathmandu', '2026-01-01T00:00Z', '2027-01-01T00:00Z'],
    ['UTC', '2026-01-01T00:00Z', '2026-01-01T00:10Z'],
  ] as const) {
    for (const width of [300, 700]) {
      test(`has room for its labels in ${zone} from ${first}, ${width} wide`, () => {
        const found = ticks(zone, first, last, width);
        assert.ok(found.length >= 1);
        for (const [index, { at, x, local, utc }] of found.entries()) {
          assert.ok(at >= Date.parse(first) && at <= Date.parse(last));
          const next = found[index + 1];
          if (next === undefined) continue;
          const [half, otherHalf] = [
            Math.max(widthOf(local, 11), widthOf(utc, 11)),
            Math.max(widthOf(next.local, 11), widthOf(next.utc, 11)),
          ];
          assert.ok(next.x - x > (half + otherHalf) / 2, `${local} ${utc} and ${next.local} ${next.utc}`);
        }
      });
    }
  }
});

test('levels go from the largest to the least', () => {
  const cluster = (...instances: readonly (readonly [instanceClass: string, count: number])[]): Capacity => ({
    kind: 'docdb',
    state: 'running',
    instances: instances.map(([instanceClass, count]) => ({ instanceClass, count })),
  });
  const stopped: Capacity = { kind: 'docdb', state: 'stopped', instances: [] };
  const all = [
    stopped,
    cluster(['db.r6g.2xlarge', 3]),
    cluster(['own-class', 3]),
    cluster(['db.r6g.large', 3]),
    cluster(['db.r6g.xlarge', 1], ['db.t4g.medium', 1]),
    cluster(['db.r6g.large', 3]),
    cluster(['db.r6g.16xlarge', 1]),
  ];
  assert.deepEqual(
    levelsOf(all).map(({ text }) => text),
    [
      '1 × db.r6g.16xlarge',
      '3 × db.r6g.2xlarge',
      '3 × db.r6g.large',
      '1 × db.r6g.xlarge, 1 × db.t4g.medium',
      '3 × own-class',
      'stopped',
    ],
  );
  const service = (
    desiredCount: number,
    bounds?: { minCapacity: number; maxCapacity: number },
  ): Capacity => ({
    kind: 'ecs',
    desiredCount,
    ...(bounds && { bounds }),
  });
  assert.deepEqual(
    levelsOf([service(2), service(10), service(0)]).map(({ text, rank }) => `${rank} ${text}`),
    ['2 10 tasks', '1 2 tasks', '0 0 tasks'],
  );
  assert.deepEqual(
    levelsOf([
      service(1, { minCapacity: 1, maxCapacity: 4 }),
      service(2, { minCapacity: 2, maxCapacity: 4 }),
    ]).map(({ text }) => text),
    ['2 to 4 tasks', '1 to 4 tasks'],
  );
});
