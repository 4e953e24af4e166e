import { join } from 'node:path';
import { getWitness } from '../support/witness.ts';
import { type CommandEnd, type CommandOptions, runProgram } from './command.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/**
 * Starts the program on a terminal of its own, types each answer once its question is there, and passes on what it
 * shows and how it ends.
 */
const TYPIST = `
import os, pty, sys
answers = sys.argv[1].split(',') if sys.argv[1] else []
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b''
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    os.write(1, part)
    seen += part
    if answers and seen.endswith(b'[y/N] '):
        answer = answers.pop(0)
        os.write(terminal, b'\\x03' if answer == '^C' else answer.encode() + b'\\n')
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Runs `deploytime` on a terminal, where a person answers its questions. @param answers In turn; `^C` is Ctrl-C. */
export function runOnTerminal(
  args: readonly string[],
  answers: readonly string[],
  options: CommandOptions = {},
): Promise<CommandEnd> {
  const program = [process.execPath, MAIN, ...args];
  return runProgram(getWitness('python3'), ['-c', TYPIST, answers.join(','), ...program], {
    ...options,
    environment: { TERM: 'xterm', ...options.environment },
  });
}
