import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Expression, readExpression } from '../../../../handlers/scaling/time/expression.ts';
import { nextOccurrence, previousOccurrence } from '../../../../handlers/scaling/time/schedule.ts';
import { firing } from '../../../support/scaling/oracle.ts';
import { anyCron, dailyCron } from '../../../support/scaling/oracle-expressions.ts';
import { minutesOf, ORACLE_SPANS } from '../../../support/scaling/oracle-spans.ts';

const RUNS = 15;
const anyText = fc.oneof({ weight: 2, arbitrary: dailyCron }, { weight: 1, arbitrary: anyCron });

describe('occurrences and a walk from minute to minute', () => {
  for (const span of ORACLE_SPANS) {
    test(`agree in ${span.zone} from ${span.from}, where ${span.what}`, () => {
      const minutes = minutesOf(span);
      const first = minutes.at(0)?.instant ?? 0;
      const last = minutes.at(-1)?.instant ?? 0;
      assert.ok(last > first);
      fc.assert(
        fc.property(anyText, (text) => {
          const expected = minutes.filter(firing(text)).map(({ instant }) => instant);
          const expression = read(text);
          const forwards: number[] = [];
          let next = nextOccurrence(expression, span.zone, first - 1);
          while (next !== undefined && next <= last) {
            forwards.push(next);
            next = nextOccurrence(expression, span.zone, next);
          }
          assert.deepEqual(forwards, expected);
          const backwards: number[] = [];
          let previous = previousOccurrence(expression, span.zone, last);
          while (previous !== undefined && previous >= first) {
            backwards.unshift(previous);
            previous = previousOccurrence(expression, span.zone, previous - 1);
          }
          assert.deepEqual(backwards, expected);
        }),
        { numRuns: RUNS },
      );
    });
  }
});

function read(text: string): Expression {
  const reading = readExpression(text);
  assert.ok(reading.ok, reading.ok ? '' : reading.because);
  return reading.value;
}
