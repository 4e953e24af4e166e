import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from '../../../handlers/registry/foreign-text.ts';

test('a printable text keeps letters of every script', () => {
  assert.equal(printable('größer als\n„erlaubt“ 許可'), 'größer als „erlaubt“ 許可');
});

test('a printable text ends at its bound', () => {
  assert.equal(printable('abcdef', 3), 'abc…');
});
