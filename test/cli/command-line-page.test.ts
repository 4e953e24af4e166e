import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EXIT_CODES } from '../../cli/cli-error.ts';
import { fingerprintDocument } from '../../cli/fingerprint-report.ts';
import { type Actions, buildProgram } from '../../cli/program.ts';
import { tagDocument } from '../../cli/tag-report.ts';
import { fingerprintOf } from '../../handlers/layers/fingerprint.ts';
import { digestOf } from '../../handlers/oci/digest.ts';
import { tableUnder } from '../support/docs/table.ts';

const PAGE = 'docs/command-line.md';
const TEXT = readFileSync(join(import.meta.dirname, '..', '..', PAGE), 'utf8');

const ignore: Actions = { tag: async () => {}, fingerprint: async () => {}, plan: async () => {} };
const stream = { write: () => true };
const program = buildProgram(ignore, { version: '0', streams: { stdout: stream, stderr: stream } });

describe('the page of the command line', () => {
  for (const command of program.commands) {
    test(`names every option of ${command.name()}, in the order of its help, with its default`, () => {
      const help = command.createHelp();
      const offered = help
        .visibleOptions(command)
        .map(({ flags, description, defaultValue }) => [
          flags,
          defaultValue === undefined
            ? /^required:/.exec(description)?.[0].slice(0, -1)
            : String(defaultValue),
        ]);
      const documented = tableUnder(PAGE, `deploytime ${command.name()}`);
      assert.deepEqual(
        documented.map(([flags]) => flags),
        offered.map(([flags]) => flags),
      );
      for (const [index, [flags, given]] of offered.entries()) {
        if (given !== undefined) assert.equal(documented[index]?.[1], given, flags);
      }
    });
  }

  test('names no command that is not there', () => {
    const sections = [...TEXT.matchAll(/^## deploytime (\S+)$/gm)].map(([, name]) => name);
    assert.deepEqual(
      sections,
      program.commands.map((command) => command.name()),
    );
  });

  test('names every exit code', () => {
    const documented = tableUnder(PAGE, 'Exit codes').map(([number, code]) => [code, Number(number)]);
    assert.deepEqual(documented, [['', 0], ...Object.entries(EXIT_CODES)]);
  });
});

describe('the page names every field of the JSON that is printed', () => {
  const documented = (heading: string) =>
    tableUnder(PAGE, heading).flatMap(([names = '']) => names.split(', ').map((name) => name.trim()));

  test('by tag', () => {
    const image = { digest: digestOf(''), pushedAt: new Date(0), mediaType: '', tags: [], isArchived: false };
    const document = tagDocument(
      {
        decision: { action: 'create', reason: 'missing' },
        release: { selector: { tag: 'v1' }, image },
        former: undefined,
        version: 1,
        isWritten: true,
        overwritten: undefined,
      },
      { parameter: '/app/tag', repository: 'team/app' },
    );
    assert.deepEqual(
      documented('Output of deploytime tag --json').toSorted(),
      Object.keys(document).toSorted(),
    );
  });

  test('by fingerprint', () => {
    const layer = {
      path: 'layer',
      kind: 'zip',
      fingerprint: fingerprintOf([]),
      entries: [],
      bytes: 0,
    } as const;
    const document = fingerprintDocument([layer], true);
    assert.deepEqual(documented('Output of deploytime fingerprint --json'), [
      ...Object.keys(document),
      ...Object.keys(document.layers[0] ?? {}).map((name) => `layers[].${name}`),
    ]);
  });
});
