import { expect, test } from 'vitest';
import { parseMigration, pendingMigrations } from './migration.ts';

test('a file is cut into statements, without comments', () => {
  const migration = parseMigration('0002_more.sql', '-- why; because\nSELECT 1;\n\n-- more\nSELECT\n  2;\n');
  expect(migration).toMatchObject({ version: 2, name: 'more', statements: ['SELECT 1', 'SELECT\n  2'] });
});

test('a file of another name is refused', () => {
  expect(() => parseMigration('usage.sql', '')).toThrow('usage.sql is not named like 0001_usage.sql');
});

test('what has run is not run again, the rest in order', () => {
  const [one, two, three] = ['0001_a.sql', '0002_b.sql', '0003_c.sql'].map((name) => parseMigration(name, name));
  if (!one || !two || !three) throw new Error('three were made');
  const pending = pendingMigrations([three, one, two], new Map([[one.version, one.checksum]]));
  expect(pending).toEqual([two, three]);
});

test('a migration that was changed after it had run is refused', () => {
  const migration = parseMigration('0001_a.sql', 'SELECT 1;');
  expect(() => pendingMigrations([migration], new Map([[1, 'another']]))).toThrow('migration 1 (a) was changed');
});
