import { createHash } from 'node:crypto';

export type Migration = {
  readonly version: number;
  readonly name: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string;
  readonly statements: readonly string[];
};

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/**
 * Reads one migration. Statements end with `;` at the end of a line; a line that starts with `--` is a comment.
 * @throws Error if the file is not named like `0001_usage.sql`.
 */
export function parseMigration(fileName: string, text: string): Migration {
  const match = FILE_NAME.exec(fileName);
  if (!match?.[1] || !match[2]) throw new Error(`${fileName} is not named like 0001_usage.sql`);
  return {
    version: Number(match[1]),
    name: match[2],
    checksum: createHash('sha256').update(text).digest('hex'),
    statements: text
      .replace(/^--.*$/gm, '')
      .split(/;\s*$/m)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== ''),
  };
}

/** The migrations that are still to run, in order. @throws Error if one that has run was changed since. */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: ReadonlyMap<number, string>,
): readonly Migration[] {
  for (const { version, name, checksum } of migrations) {
    const seen = applied.get(version);
    if (seen !== undefined && seen !== checksum)
      throw new Error(`migration ${version} (${name}) was changed after it had been applied; add a new one instead`);
  }
  return migrations.filter(({ version }) => !applied.has(version)).toSorted((a, b) => a.version - b.version);
}
