import { readFile, writeFile } from 'node:fs/promises';
import { codeOf } from '../api/graphql-client.ts';
import { userError } from '../user-error.ts';
import { parseSavedPlan, type SavedPlan } from './saved-plan.ts';

/** Writes a plan for its owner's eyes only: it holds no secret, but it may hold the names and addresses of people. */
export async function writeSavedPlan(path: string, plan: SavedPlan): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw userError(`cannot write ${path} (${codeOf(error)})`);
  }
}

/** @throws UserError if there is no plan in that file */
export async function readSavedPlan(path: string): Promise<SavedPlan> {
  const plan = parseSavedPlan(parseJson(path, await readText(path)));
  if (!plan)
    throw userError(`${path} is no saved plan of this version: \`tollgate plan -f FILE --out ${path}\` makes one`);
  return plan;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw userError(`cannot read ${path} (${codeOf(error)})`);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw userError(`${path} is not JSON; to apply a document, give it with -f`);
  }
}
