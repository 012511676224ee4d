import type { ShownProblem } from '../document/locate-problems.ts';
import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';

/** One line a problem, `file:line:column: path: what is wrong`, as compilers write them, and a count. */
export function renderProblems(problems: readonly ShownProblem[], colours: Colours): string {
  const lines = problems.map((problem) => `${colours.red('error:')} ${renderProblem(problem)}`);
  return [...lines, problems.length === 1 ? '1 problem' : `${problems.length} problems`].join('\n');
}

function renderProblem({ file, line, column, path, message }: ShownProblem): string {
  const place = file === undefined ? undefined : `${file}:${line}:${column}`;
  return printable([place, path, message].filter(Boolean).join(': '));
}
