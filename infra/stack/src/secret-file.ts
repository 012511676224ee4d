import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/**
 * The secret kept in a file of mode 0600: 192 random bits, base64url, made at the first call. It is written beside
 * the file and renamed, so a crash leaves either no secret or a whole one.
 */
export async function readOrCreateSecret(path: string): Promise<string> {
  const kept = await readIfPresent(path);
  if (kept !== undefined) return kept;
  const secret = randomBytes(24).toString('base64url');
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, secret, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  return secret;
}

/** The text of a file without its final line break; undefined if there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trimEnd();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
