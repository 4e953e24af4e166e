/** Debian's and most systems' `nobody`. */
const NOBODY = 65_534;

/** Does a piece of work as a user whom modes of files bind: they don't bind root, as whom tests run in CI. */
export async function unprivileged<T>(work: () => T | Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
