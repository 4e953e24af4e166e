import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { newestEntry, type Release, releaseMistakes } from '../../packaging/release.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CHANGELOG =
  '# Changelog\n\nWhat is new.\n\n## 1.2.3\n\n- This,\n  and that.\n- More.\n\n## 1.2.2\n\n- Less.\n';
const RELEASE: Release = {
  tag: 'v1.2.3',
  manifest: { version: '1.2.3', repository: { url: 'git+https://github.com/owner/name.git' } },
  changelog: CHANGELOG,
  repository: 'owner/name',
};

describe('a release', () => {
  test('may be made where tag, version, changelog and repository agree', () => {
    assert.deepEqual(releaseMistakes(RELEASE), []);
    assert.deepEqual(
      releaseMistakes({
        ...RELEASE,
        manifest: { version: '1.2.3', repository: 'https://github.com/Owner/Name' },
      }),
      [],
    );
    assert.deepEqual(
      releaseMistakes({ ...RELEASE, manifest: { version: '1.2.3' }, repository: undefined }),
      [],
    );
  });

  for (const [what, changed, said] of [
    [
      'the tag is of another version',
      { tag: 'v1.2.4' },
      /^the tag is v1\.2\.4, and .* whose tag is v1\.2\.3$/,
    ],
    ['the tag has no v', { tag: '1.2.3' }, /^the tag is 1\.2\.3/],
    [
      'the changelog begins with another version',
      { changelog: '## 1.2.2\n\n- Less.\n' },
      /^CHANGELOG\.md begins with "1\.2\.2"; version 1\.2\.3 needs one, under "## 1\.2\.3"$/,
    ],
    [
      'the changelog has work that is not released',
      { changelog: `## Unreleased\n\n- New.\n\n${CHANGELOG}` },
      /"Unreleased"/,
    ],
    ['the changelog has no entry', { changelog: '# Changelog\n' }, /begins with no entry/],
    ['the entry is empty', { changelog: '## 1.2.3\n\n## 1.2.2\n\n- Less.\n' }, /is empty$/],
    ['the package names no repository', { manifest: { version: '1.2.3' } }, /owner\/name as its repository/],
    ['it runs in a fork', { repository: 'fork/name' }, /https:\/\/github\.com\/fork\/name as its repository/],
  ] as const) {
    test(`is refused where ${what}`, () => {
      const mistakes = releaseMistakes({ ...RELEASE, ...changed });
      assert.equal(mistakes.length, 1);
      assert.match(mistakes[0] ?? '', said);
    });
  }

  test('is refused where the version is a pre-release', () => {
    const mistakes = releaseMistakes({
      ...RELEASE,
      tag: 'v2.0.0-rc.1',
      manifest: { ...RELEASE.manifest, version: '2.0.0-rc.1' },
      changelog: '## 2.0.0-rc.1\n\n- New.\n',
    });
    assert.deepEqual(mistakes, [
      'package.json has version 2.0.0-rc.1; only a whole one, as 1.2.3, is released',
    ]);
  });

  test('has the newest entry of the changelog as its notes, alone', () => {
    assert.deepEqual(newestEntry(CHANGELOG), { version: '1.2.3', text: '- This,\n  and that.\n- More.' });
    assert.equal(newestEntry(''), undefined);
  });
});

describe('this version', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const check = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [join(ROOT, 'packaging', 'check-release.ts'), ...args]);

  test('stands at the head of the changelog, and may be released', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deploytime-release-'));
    try {
      const notes = join(folder, 'notes.md');
      const { stdout } = await check(`v${version}`, '--notes', notes);
      assert.equal(stdout, `v${version} may be released\n`);
      assert.match(readFileSync(notes, 'utf8'), /^- /m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('is not released under another tag', async () => {
    await assert.rejects(check('v0.0.0'), ({ code, stderr }: { code: number; stderr: string }) => {
      assert.equal(code, 1);
      assert.match(stderr, /^the tag is v0\.0\.0/);
      return true;
    });
  });
});
