import { newId } from '@tollgate/schema';
import { onTestFinished } from 'vitest';
import { createSessions } from '../access/session/sessions.ts';
import { createDatabase } from '../database/database.ts';
import { allEntities, type RoleCase, usersByRole } from './tenants.ts';
import { askGraphQL, type GraphQLAnswer, startTestPlane, type TestPlane } from './test-plane.ts';

/** Asks as somebody. */
export type Caller = (query: string, variables?: object) => Promise<GraphQLAnswer>;

const COMMIT = `mutation ($changes: [ChangeInput!]!) {
  commitChangeSet(input: { changes: $changes }) { committed problems { code message kind name path } }
}`;

type Committed = { readonly committed: boolean; readonly problems: readonly object[] };

/** @throws Error with what was refused */
export async function commitAs(ask: Caller, changes: readonly object[]): Promise<void> {
  const { data, errors } = await ask(COMMIT, { changes });
  const { committed, problems } = (data?.['commitChangeSet'] ?? {}) as Partial<Committed>;
  if (!committed) throw new Error(JSON.stringify({ errors, problems }));
}

export const toPutChange = ({ kind, name, declaration }: (typeof allEntities)[number]) => ({
  put: { kind: kind.toUpperCase().replaceAll('-', '_'), name, spec: declaration },
});

/** A plane with two tenants, and a caller for each user who is signed in. */
export async function startTenantPlane(options: Parameters<typeof startTestPlane>[0] = {}) {
  const plane = await startTestPlane(options);
  await commitAs(plane.ask, allEntities.map(toPutChange));
  const signIn = (name: string) => callerOf(plane, name);
  const byRole = async (role: RoleCase) => signIn(usersByRole[role]);
  return { plane, signIn, byRole };
}

/** Opens a session as signing in does, without the time that a password takes. */
export async function callerOf(plane: TestPlane, name: string): Promise<Caller> {
  const db = createDatabase(plane.databaseUrl);
  onTestFinished(() => db.destroy());
  const sessions = createSessions({ db, now: () => new Date(), newId });
  const { token } = await sessions.open({ userName: name, method: 'password', address: '', userAgent: '' });
  const headers = { cookie: `tollgate-session=${token}`, 'x-tollgate-csrf': '1' };
  return (query, variables = {}) => askGraphQL(plane.url, JSON.stringify({ query, variables }), headers);
}
