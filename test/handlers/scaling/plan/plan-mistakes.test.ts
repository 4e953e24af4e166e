import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PlanMistakes } from '../../../../handlers/scaling/plan/plan-mistakes.ts';

describe('The mistakes of a plan', () => {
  test('are told in the order in which they were found', () => {
    assert.equal(messageOf(['a is 1', 'b is 2']), "It can't be read: a is 1; b is 2");
  });

  test('are counted where they are many', () => {
    const sentences = Array.from({ length: 13 }, (_, index) => `${index}`);
    assert.match(messageOf(sentences), /; 10; 11; and 1 more mistake$/);
    assert.match(messageOf([...sentences, '13']), /; 10; 11; and 2 more mistakes$/);
  });

  test('are counted where they are long, in bytes of JSON', () => {
    const sentences = Array.from({ length: 4 }, () => '"'.repeat(500));
    assert.equal(
      messageOf(sentences),
      `It can't be read: ${sentences.slice(2).join('; ')}; and 2 more mistakes`,
    );
  });

  test('are shortened where one is very long, between two characters', () => {
    const [sentence = ''] = messageOf(['𝄞'.repeat(5_000)])
      .split(': ')
      .slice(1);
    assert.match(sentence, /^(?:𝄞){600}…$/u);
  });
});

function messageOf(sentences: readonly string[]): string {
  const mistakes = new PlanMistakes();
  for (const sentence of sentences) mistakes.add(sentence);
  assert.equal(mistakes.count, sentences.length);
  const { code, message } = mistakes.toError('It');
  assert.equal(code, 'InvalidRequest');
  return message;
}
