import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from './account.ts';

interface Ownership {
  readonly uid: number;
  readonly mode: number;
}

/** May `account` enter a folder of this ownership? Groups are left out: a wrong no costs a copy, a wrong yes a failed start. */
export function mayEnter(folder: Ownership, account: Account): boolean {
  return folder.uid === account.uid ? (folder.mode & 0o100) !== 0 : (folder.mode & 0o001) !== 0;
}

/** Can `account` get to this folder and into it, through each folder above? */
export async function isReachable(folder: string, account: Account): Promise<boolean> {
  let current = await realpath(folder);
  for (;;) {
    if (!mayEnter(await stat(current), account)) return false;
    const parent = dirname(current);
    if (parent === current) return true;
    current = parent;
  }
}
