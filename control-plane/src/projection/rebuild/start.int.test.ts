import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../database/database.ts';
import { startTestPlane, type TestPlane } from '../../test-support/test-plane.ts';
import { readProjectionVersion } from './projection-version.ts';

const PUT = 'mutation ($name: String!) { putTeam(name: $name, spec: {}) { committed } }';

async function setUp() {
  const plane = await startTestPlane();
  const db = createDatabase(plane.databaseUrl);
  onTestFinished(() => db.destroy());
  expect((await plane.ask(PUT, { name: 'a' })).data).toEqual({ putTeam: { committed: true } });
  const setVersion = (version: number) => db.updateTable('projection').set({ version }).execute();
  return { plane, db, setVersion };
}

const ready = async ({ url }: TestPlane) => {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.text()];
};

test('a start finds projections of an earlier version, makes them anew and says so, while another replica serves', async () => {
  const { plane, db, setVersion } = await setUp();
  await setVersion(0);
  await db.deleteFrom('entity').execute();
  const next = await startTestPlane({ databaseUrl: plane.databaseUrl });
  expect(next.logged()).toContain('the projections are of an earlier version and are made anew from the log');
  expect(next.logged()).toContain('"events":1,"total":1,"msg":"the projections are made anew"');
  expect(await readProjectionVersion(db)).toBe(1);
  for (const one of [plane, next]) {
    expect((await one.ask('{ teams { edges { node { name } } } }')).data).toEqual({
      teams: { edges: [{ node: { name: 'a' } }] },
    });
  }
  expect(plane.logged()).not.toContain('made anew');
});

test('a replica that is older than the projections takes no changes and is not ready; another of its age does not start', async () => {
  const { plane, setVersion } = await setUp();
  expect(await ready(plane)).toEqual([200, expect.any(String)]);
  await setVersion(99);
  expect(await ready(plane)).toEqual([503, expect.stringContaining('projections of version 99')]);
  const { errors } = await plane.ask(PUT, { name: 'b' });
  expect(errors).toMatchObject([
    {
      message: 'this replica is of an earlier version than the database; try again',
      extensions: { code: 'UNAVAILABLE' },
    },
  ]);
  await expect(startTestPlane({ databaseUrl: plane.databaseUrl })).rejects.toThrow('start the later one');
  await setVersion(1);
  expect((await plane.ask(PUT, { name: 'b' })).data).toEqual({ putTeam: { committed: true } });
});
