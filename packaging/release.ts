/** What is to be released, and as what. */
export interface Release {
  /** Of git: `v1.2.3`. */
  readonly tag: string;
  readonly manifest: {
    readonly version: string;
    readonly repository?: string | { readonly url?: string };
  };
  /** CHANGELOG.md. */
  readonly changelog: string;
  /** GitHub's `<owner>/<name>`, where the release is made. */
  readonly repository: string | undefined;
}

/** The newest entry of the changelog. */
export interface ChangelogEntry {
  readonly version: string;
  readonly text: string;
}

/** A pre-release would need a tag of npm's own beside `latest`. */
const RELEASED_VERSION = /^\d+\.\d+\.\d+$/;

/** Everything that keeps this from being released, each in a sentence. */
export function releaseMistakes({ tag, manifest, changelog, repository }: Release): readonly string[] {
  const { version } = manifest;
  const mistakes: string[] = [];
  if (!RELEASED_VERSION.test(version)) {
    mistakes.push(`package.json has version ${version}; only a whole one, as 1.2.3, is released`);
  }
  if (tag !== `v${version}`) {
    mistakes.push(`the tag is ${tag}, and package.json has version ${version}, whose tag is v${version}`);
  }
  const entry = newestEntry(changelog);
  if (entry?.version !== version) {
    mistakes.push(
      `CHANGELOG.md begins with ${entry === undefined ? 'no entry' : `"${entry.version}"`}; version ${version} needs one, under "## ${version}"`,
    );
  } else if (entry.text === '') {
    mistakes.push(`the entry of version ${version} in CHANGELOG.md is empty`);
  }
  if (repository !== undefined && !isOf(manifest.repository, repository)) {
    mistakes.push(
      `package.json doesn't name https://github.com/${repository} as its repository, without which npm takes no provenance from there`,
    );
  }
  return mistakes;
}

export function newestEntry(changelog: string): ChangelogEntry | undefined {
  const [, version, text] = /^## (.+)\n((?:(?!## ).*(?:\n|$))*)/m.exec(changelog) ?? [];
  return version === undefined || text === undefined
    ? undefined
    : { version: version.trim(), text: text.trim() };
}

function isOf(named: Release['manifest']['repository'], repository: string): boolean {
  const url = typeof named === 'string' ? named : named?.url;
  const path = /^(?:git\+)?https:\/\/github\.com\/(.+?)(?:\.git)?$/.exec(url ?? '')?.[1];
  return path?.toLowerCase() === repository.toLowerCase();
}
