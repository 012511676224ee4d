import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEGMENT_BYTES_MAX } from '@tollgate/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSpool, type UnplacedRecord } from './spool.ts';
import { listSealedSegments, recoverSpoolFolder } from './spool-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (id: string) => ({ id, tags: ['x'.repeat(200)] }) as unknown as UnplacedRecord;
const open = (bootId = 'boot') =>
  createSpool({ folder, nodeId: 'node', bootId, sealAfterMs: 60_000, onSealed: () => {} });
const append = (spool: ReturnType<typeof open>, id: string) =>
  new Promise<void>((resolve, reject) => spool.append(record(id), (error) => (error ? reject(error) : resolve())));
const sealedRecords = () =>
  listSealedSegments(folder).flatMap(({ path }) =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; seq: number }),
  );

describe('the spool', () => {
  test('a record is in the file when its callback comes', async () => {
    const spool = open();
    await append(spool, 'a');
    const [name] = readdirSync(folder);
    expect(readFileSync(join(folder, name ?? ''), 'utf8')).toContain('"id":"a"');
    spool.close();
  });

  test('with nothing to write, no segment is made that would wait for ever to be taken', async () => {
    open().close();
    const spool = open();
    await append(spool, 'a');
    spool.close();
    spool.close();
    expect(sealedRecords().map(({ id }) => id)).toEqual(['a']);
  });

  test('records are counted from one without a gap, over all segments', async () => {
    const spool = open();
    const count = 5_000;
    await Promise.all(Array.from({ length: count }, (_, index) => append(spool, String(index))));
    spool.close();
    expect(sealedRecords().map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  test('no segment is larger than one message may be', async () => {
    const spool = open();
    await Promise.all(Array.from({ length: 5_000 }, (_, index) => append(spool, String(index))));
    spool.close();
    const sizes = listSealedSegments(folder).map(({ bytes }) => bytes);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(SEGMENT_BYTES_MAX);
  });

  test('one that took nothing, or nothing more, leaves no empty segment', async () => {
    open().close();
    expect(readdirSync(folder)).toEqual([]);
    const spool = open();
    const written = append(spool, 'a');
    spool.close();
    await written;
    await new Promise(setImmediate);
    expect(readdirSync(folder)).toEqual(['node.boot.0000000001.sealed']);
  });

  test('an empty segment of an earlier version is removed at the start, so that nothing waits behind it', () => {
    writeFileSync(join(folder, 'node.boot.0000000001.sealed'), '');
    recoverSpoolFolder(folder);
    expect(listSealedSegments(folder)).toEqual([]);
  });

  test('after a kill, what was written whole is sealed at the next start, and a torn last line is cut off', async () => {
    const killed = open();
    await append(killed, 'a');
    await append(killed, 'b');
    const [name] = readdirSync(folder);
    appendFileSync(join(folder, name ?? ''), '{"id":"torn');
    recoverSpoolFolder(folder);
    expect(sealedRecords().map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('a segment without one whole record is removed', () => {
    appendFileSync(join(folder, 'node.boot.0000000001.open'), '{"id":"to');
    recoverSpoolFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a record that cannot be written is reported, and leaves no gap', async () => {
    const spool = open();
    rmSync(folder, { recursive: true });
    await expect(append(spool, 'lost')).rejects.toThrow();
    mkdirSync(folder);
    await append(spool, 'kept');
    spool.close();
    expect(sealedRecords()).toMatchObject([{ id: 'kept', seq: 1 }]);
  });
});
