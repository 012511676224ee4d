import { readFile } from 'node:fs/promises';

/** The user and group a process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Finds a user in the text of `/etc/passwd` (`name:password:uid:gid:…`, passwd(5)). */
export function findAccount(passwd: string, name: string): Account | undefined {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name && uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/**
 * The account that root lends to Postgres, which refuses to run as root: `nobody`, present on every Debian. It must
 * have a passwd entry, because initdb asks for its own name.
 */
export async function unprivilegedAccount(): Promise<Account> {
  const account = findAccount(await readFile('/etc/passwd', 'utf8'), 'nobody');
  if (account !== undefined) return account;
  throw new Error(
    'Postgres refuses to run as root, and /etc/passwd has no user nobody to run it as. ' +
      'Start Tollgate as an ordinary user, add that user, or set DATABASE_URL.',
  );
}
