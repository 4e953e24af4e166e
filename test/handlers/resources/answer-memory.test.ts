import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type AnswerCodec,
  formatMemory,
  formerAnswer,
  hashOfProperties,
  parseMemory,
  rememberingId,
} from '../../../handlers/resources/answer-memory.ts';

/** Answers are words. */
const codec: AnswerCodec<{ readonly word: string }> = {
  prefix: 'word',
  encode: ({ word }) => word,
  decode: (text) => (/^[a-z:]+$/.test(text) ? { word: text } : undefined),
};
type Properties = Readonly<Record<string, unknown>>;

/** What CloudFormation keeps of one resource: its id, its properties and the word it was answered with. */
class Held {
  id: string;
  properties: Properties;
  word: string;

  constructor(properties: Properties, word: string) {
    this.id = rememberingId(codec, { answer: { word }, properties });
    this.properties = properties;
    this.word = word;
  }

  /** A forward Update that succeeds. */
  update(properties: Properties, word: string): { undo: () => string | undefined } {
    const former = { ...this };
    const received = { physicalResourceId: this.id, oldProperties: this.properties };
    this.id = rememberingId(codec, { answer: { word }, properties, received });
    this.properties = properties;
    return {
      undo: () => {
        const memory = parseMemory(codec, this.id);
        const undoing = { properties: former.properties, oldProperties: properties };
        return memory && formerAnswer(memory, undoing).word;
      },
    };
  }

  /** What a rollback answers to an Update that failed, or was never sent. */
  undoFailed(properties: Properties): string | undefined {
    const memory = parseMemory(codec, this.id);
    return memory && formerAnswer(memory, { properties: this.properties, oldProperties: properties }).word;
  }
}

describe('the memory in a physical id', () => {
  test('keeps an id, byte for byte, while the answer is the same', () => {
    const held = new Held({ Name: 'a' }, 'one');
    const first = held.id;
    held.update({ Name: 'b', DeploymentId: '2' }, 'one');
    assert.equal(held.id, first);
  });

  test('knows the present answer and the one before', () => {
    const held = new Held({ Name: 'a' }, 'one');
    held.update({ Name: 'b' }, 'two');
    held.update({ Name: 'c' }, 'three');
    const memory = parseMemory(codec, held.id);
    assert.deepEqual(memory, {
      present: { asked: hashOfProperties({ Name: 'c' }), answer: { word: 'three' } },
      before: { asked: hashOfProperties({ Name: 'b' }), answer: { word: 'two' } },
    });
    assert.ok(memory);
    assert.equal(formatMemory(codec, memory), held.id);
  });

  test('goes back over a change of the answer, also where the former properties had changed without one', () => {
    const held = new Held({ Name: 'a' }, 'one');
    held.update({ Name: 'a', DeploymentId: '2' }, 'one');
    const { undo } = held.update({ Name: 'a', DeploymentId: '3' }, 'two');
    assert.equal(undo(), 'one');
  });

  test('stays where the Update failed, was never sent, or changed no answer', () => {
    const held = new Held({ Name: 'a' }, 'one');
    held.update({ Name: 'b' }, 'two');
    assert.equal(held.undoFailed({ Name: 'c' }), 'two');
    assert.equal(held.update({ Name: 'b', DeploymentId: '2' }, 'two').undo(), 'two');
  });

  test('stays where properties that are known already came back, and are undone', () => {
    const held = new Held({ DeploymentId: '4' }, 'one');
    held.update({ DeploymentId: '5' }, 'two');
    held.update({ DeploymentId: '6' }, 'two');
    assert.equal(held.update({ DeploymentId: '5' }, 'two').undo(), 'two');
  });

  test('stays where an Update failed after properties that are known already came back', () => {
    const held = new Held({ DeploymentId: '4' }, 'one');
    held.update({ DeploymentId: '5' }, 'two');
    held.update({ DeploymentId: '4' }, 'two');
    assert.equal(held.undoFailed({ DeploymentId: '6' }), 'two');
  });

  test('does not go back for a change that goes on, whichever change was the last', () => {
    const held = new Held({ DeploymentId: '1' }, 'one');
    held.update({ DeploymentId: '2' }, 'two');
    const memory = parseMemory(codec, held.id);
    assert.ok(memory);
    const onwards = { properties: { DeploymentId: '3' }, oldProperties: { DeploymentId: '2' } };
    assert.equal(formerAnswer(memory, onwards).word, 'two');
  });

  test('of any story tells what was answered before the last Update', () => {
    const step = fc.record({
      // DeploymentId makes each step's properties new, as deployments do.
      word: fc.constantFrom('one', 'two', 'three'),
      fails: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const held = new Held({ DeploymentId: 'first' }, 'one');
        for (const [index, { word, fails }] of steps.entries()) {
          const properties = { DeploymentId: String(index) };
          const former = held.word;
          if (fails) {
            assert.equal(held.undoFailed(properties), former);
          } else {
            assert.equal(held.update(properties, word).undo(), former);
            held.word = word;
          }
        }
      }),
    );
  });

  for (const id of [
    '',
    'word',
    'word#',
    'word#0123456789ab',
    'word#0123456789ab:UPPER',
    'word#0123456789AB:one',
    'word#0123456789ab:one,',
    'word#0123456789ab:one,0123456789ab:ONE',
    'word#0123456789ab:one,0123456789ab:two,0123456789ab:three',
    'words#0123456789ab:one',
    'example-Thing-1A2B3C4D5E6F',
    'deploytime::create-failed',
  ]) {
    test(`takes ${JSON.stringify(id)} for none of its own`, () => {
      assert.equal(parseMemory(codec, id), undefined);
      const received = { physicalResourceId: id, oldProperties: {} };
      const fresh = { answer: { word: 'one' }, properties: { Name: 'a' } };
      assert.equal(rememberingId(codec, { ...fresh, received }), rememberingId(codec, fresh));
    });
  }
});

describe('the hash of properties', () => {
  const hash = hashOfProperties({ Name: 'a', Map: { one: '1', two: ['x', { b: '1', a: '2' }] } });

  test('does not see their order, nor how deep it is', () => {
    assert.equal(hashOfProperties({ Map: { two: ['x', { a: '2', b: '1' }], one: '1' }, Name: 'a' }), hash);
    assert.match(hash, /^[0-9a-f]{12}$/);
  });

  test("does not see CloudFormation's own", () => {
    const own = { ServiceToken: 'arn:aws:lambda:…', ServiceTimeout: '60' };
    assert.equal(hashOfProperties({ ...own, Name: 'a' }), hashOfProperties({ Name: 'a' }));
  });

  test('sees everything else', () => {
    const others = [
      { Name: 'a', Map: { one: '1', two: [{ b: '1', a: '2' }, 'x'] } },
      { Name: 'b', Map: { one: '1', two: ['x', { b: '1', a: '2' }] } },
      { Name: 'a', Map: { one: '1', two: ['x', { b: '1', a: '2' }] }, DeploymentId: '2' },
      {},
    ];
    const hashes = new Set([hash, ...others.map(hashOfProperties)]);
    assert.equal(hashes.size, others.length + 1);
  });
});
