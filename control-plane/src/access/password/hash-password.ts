import { scrypt, timingSafeEqual } from 'node:crypto';

/** What an attempt costs: N = 2^logN, so that memory is 128 · N · r bytes. */
export type ScryptCost = { readonly logN: number; readonly r: number; readonly p: number };

/**
 * One of the parameter sets that OWASP calls equal in strength; this one needs 32 MiB at a time.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
export const PASSWORD_COST: ScryptCost = Object.freeze({ logN: 15, r: 8, p: 3 });

export const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MEMORY_BYTES_MAX = 512 * 1024 * 1024;
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,})\$([A-Za-z0-9+/]{16,})$/;

/** @returns `$scrypt$ln=15,r=8,p=3$<salt>$<hash>` in the PHC string format, which names what it was made with */
export async function hashPassword(password: string, salt: Buffer, cost: ScryptCost = PASSWORD_COST): Promise<string> {
  const hash = await derive(password, salt, cost, HASH_BYTES);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${toBase64(salt)}$${toBase64(hash)}`;
}

/** Takes as long for a wrong password as for the right one. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const { cost, salt, hash } = parse(stored);
  return timingSafeEqual(await derive(password, salt, cost, hash.length), hash);
}

/** Whether it was made with other parameters than are used now, so that it should be made anew at the next sign-in. */
export function isOutdated(stored: string): boolean {
  const { logN, r, p } = parse(stored).cost;
  return logN !== PASSWORD_COST.logN || r !== PASSWORD_COST.r || p !== PASSWORD_COST.p;
}

/** @throws Error that repeats nothing of what is stored */
function parse(stored: string): { readonly cost: ScryptCost; readonly salt: Buffer; readonly hash: Buffer } {
  const [, logN, r, p, salt, hash] = STORED.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash has an unknown form');
  return {
    cost: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** The same text in another Unicode form, as another keyboard may send it, is the same password (NIST SP 800-63B, 3.1.1.2). */
function derive(password: string, salt: Buffer, { logN, r, p }: ScryptCost, bytes: number): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: MEMORY_BYTES_MAX };
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

const toBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
