import type { ChangeProblem } from '@tollgate/schema';
import { type ChangeSetOptions, changeSources, type Problems } from './change-request.ts';
import { isStorable } from './declaration-problems.ts';

const REASON_CHARACTERS_MAX = 2_000;
const OWNER_CHARACTERS_MAX = 200;
const KEY_CHARACTERS_MAX = 200;

/** What can be said of the options of a change set without looking at what is there. */
export function validateOptions({ reason, owner, idempotencyKey, prune }: ChangeSetOptions): Problems {
  return [
    ...checkText('reason', reason, { min: 0, max: REASON_CHARACTERS_MAX }),
    ...checkText('idempotencyKey', idempotencyKey, { min: 1, max: KEY_CHARACTERS_MAX }),
    ...checkText('owner', owner, { min: 1, max: OWNER_CHARACTERS_MAX }),
    ...checkOwner(owner),
    ...(prune && owner === undefined
      ? [problemOf('owner', 'prune deletes what a document owns and does not put; say which with owner')]
      : []),
  ];
}

function checkText(
  path: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): Problems {
  if (text === undefined || (text.length >= min && text.length <= max && isStorable(text))) return [];
  return [
    problemOf(path, `${path} is text of ${min === 0 ? 'at most' : `${min} to`} ${max} characters without U+0000`),
  ];
}

function checkOwner(owner: string | undefined): Problems {
  const isSource = changeSources.some((source) => source === owner);
  return isSource ? [problemOf('owner', `owner is the name of a document; ${owner} is a source of changes`)] : [];
}

const problemOf = (path: string, message: string): ChangeProblem => ({ code: 'invalid_declaration', message, path });
