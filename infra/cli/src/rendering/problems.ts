import type { ShownProblem } from '../document/locate-problems.ts';
import type { Colours } from '../terminal.ts';
import { renderField } from './plan.ts';
import { printable } from './printable.ts';

/** What to do about problems whose message, which is for users of the API as well, cannot say it. */
const HINTS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  owned_by_another: ['  --take-over makes it belong to this document'],
  approval_required: ['  `tollgate draft propose` proposes it for others to approve'],
});

/** One line a problem, `file:line:column: path: what is wrong`, as compilers write them, and a count. */
export function renderProblems(problems: readonly ShownProblem[], colours: Colours): string {
  const lines = problems.flatMap((problem) => [
    `${colours.red('error:')} ${renderProblem(problem)}`,
    ...(problem.since?.fields ?? []).map((field) => `  since then: ${renderField(field)}`),
    ...(HINTS[problem.code ?? ''] ?? []),
  ]);
  return [...lines, problems.length === 1 ? '1 problem' : `${problems.length} problems`].join('\n');
}

function renderProblem({ file, line, column, path, message }: ShownProblem): string {
  const place = file === undefined ? undefined : `${file}:${line}:${column}`;
  return printable([place, path, message].filter(Boolean).join(': '));
}
