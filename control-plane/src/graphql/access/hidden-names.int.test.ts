import { expect, test } from 'vitest';
import { allEntities, type RoleCase, roleCases } from '../../test-support/tenants.ts';
import { type Caller, commitAs, startTenantPlane, toPutChange } from '../../test-support/test-callers.ts';

type Declared = Parameters<typeof toPutChange>[0];
const entity = (kind: Declared['kind'], name: string, declaration: object): Declared => ({ kind, name, declaration });

/** What stands between the tenants, so that who changes something of one is near to what he may not see. */
const between: readonly Declared[] = [
  ...['acme-search', 'acme-hidden-team'].map((team) =>
    entity('alert-rule', `${team}-slow`, {
      trigger: 'slow-calls',
      longerThan: '30s',
      scope: { team },
      webhooks: ['pager'],
    }),
  ),
  entity('alert-rule', 'acme-key-slow', {
    trigger: 'slow-calls',
    longerThan: '30s',
    scope: { key: 'acme-key' },
    webhooks: ['pager'],
  }),
  entity('approval-rule', 'everywhere', { kinds: ['team', 'virtual-key', 'user'] }),
  entity('customer', 'acme-customer', { organization: 'acme' }),
  entity('virtual-key', 'acme-key', { team: 'acme-search', customer: 'acme-customer' }),
  entity('member', 'acme-maker-too', { user: 'acme-maker', team: 'globex-search', role: 'member' }),
  entity('virtual-key', 'globex-for-maker', { team: 'globex-search', user: 'acme-maker' }),
];
/** A team of the same organization, which who administers the other team does not see. */
const hiddenTeam: readonly Declared[] = [
  entity('team', 'acme-hidden-team', { organization: 'acme' }),
  entity('virtual-key', 'acme-hidden-key', { team: 'acme-hidden-team', user: 'acme-member' }),
  entity('member', 'acme-hidden-member', { user: 'acme-member', team: 'acme-hidden-team', role: 'member' }),
];
const everything = [...allEntities.filter(({ name }) => name !== 'acme-key'), ...hiddenTeam, ...between];

/** A world of two tenants, all of which a document owns that everybody knows of. */
async function setUp() {
  const { plane, byRole } = await startTenantPlane();
  await commitAs(plane.ask, hiddenTeam.map(toPutChange));
  await commitAs(plane.ask, between.map(toPutChange));
  const take = `mutation ($changes: [ChangeInput!]!) {
    commitChangeSet(input: { changes: $changes, owner: "shared", takeOver: true, overrideApproval: true, reason: "r" }) {
      committed problems { message } } }`;
  const changes = everything.filter(({ kind }) => kind !== 'virtual-key').map(toPutChange);
  const { data } = await plane.ask(take, { changes });
  expect(data).toEqual({ commitChangeSet: { committed: true, problems: [] } });
  return { plane, byRole };
}

const PLAN = `query ($input: ChangeSetInput!) { planChangeSet(input: $input) {
  entries { kind name fields { path before after } previous { owner } }
  problems { code message kind name path }
  approvals { count rules }
  effects { hidden affected { kind name stops limits { setOn } } } } }`;

async function planned(ask: Caller, input: object): Promise<string> {
  const { data, errors } = await ask(PLAN, { input });
  return JSON.stringify([data, errors]);
}

/** The names that are in nothing that somebody can read. */
async function namesHiddenFrom(ask: Caller): Promise<readonly string[]> {
  const query = '{ declarations(first: 500) { edges { node { id declaration } } } }';
  const text = JSON.stringify((await ask(query)).data);
  return everything.map(({ name }) => name).filter((name) => !isIn(name, text));
}

const isIn = (name: string, text: string): boolean => new RegExp(`(?<![\\w/-])${name}(?![\\w-])`).test(text);

const remove = ({ kind, name }: Declared, cascade: boolean) => ({
  delete: { kind: kind.toUpperCase().replaceAll('-', '_'), name, cascade },
});
/** The same with another word in it, and without its limits. */
const changed = ({ kind, name, declaration }: Declared) =>
  toPutChange({ kind, name, declaration: { ...declaration, description: 'another', budgets: undefined } });

test('what stands in the way and may not be seen is counted', async () => {
  const { byRole } = await setUp();
  const [boss, lead] = [await byRole('organization-admin'), await byRole('team-admin')];
  const team = await planned(boss, { changes: [{ delete: { kind: 'TEAM', name: 'acme-hidden-team' } }] });
  expect(team).toContain(
    'team acme-hidden-team is still used by member acme-hidden-member, virtual key acme-hidden-key, ' +
      '1 entity that you may not see',
  );
  expect(team).toContain(
    '1 approval by others than who proposes it is asked for by 1 entity that you may not see, and there are none',
  );
  const key = await planned(lead, { changes: [{ delete: { kind: 'VIRTUAL_KEY', name: 'acme-key', cascade: true } }] });
  expect(key).toContain(
    'to delete 1 entity that you may not see along with it the role platform-admin on the platform is needed',
  );
  const maker = await planned(boss, { changes: [{ delete: { kind: 'USER', name: 'acme-maker' } }] });
  expect(maker).toContain('the role organization-admin on 1 entity that you may not see is needed');
});

test('who may do nothing to a user is not told where that user belongs besides', async () => {
  const { byRole } = await setUp();
  const boss = await byRole('organization-admin');
  const acts = ['{ sessions(user: "acme-maker") { id } }', 'mutation { endSessions(user: "acme-maker") }'];
  for (const act of [...acts, 'mutation { createPasswordSetup(user: "acme-maker") { token } }']) {
    const { errors } = await boss(act);
    expect(errors?.map(({ message }) => message)).toEqual([
      'to do this to user acme-maker the role organization-admin on 1 entity that you may not see is needed',
    ]);
  }
});

const narrow = roleCases.filter((role) => !['platform-admin', 'platform-viewer'].includes(role));

test.each(narrow)(
  'whatever %s plans, nothing is named or felt to be there that he can read nowhere',
  async (role: RoleCase) => {
    const { byRole } = await setUp();
    const ask = await byRole(role);
    const hidden = await namesHiddenFrom(ask);
    expect(hidden).toEqual(expect.arrayContaining(['acme-search-slow', 'everywhere', 'auditor']));
    const leaks: string[] = [];
    const look = async (about: string, input: object) => {
      const text = await planned(ask, input);
      const asked = JSON.stringify(input);
      leaks.push(...hidden.filter((name) => isIn(name, text) && !isIn(name, asked)).map((name) => `${about}: ${name}`));
    };
    for (const one of everything) {
      const id = `${one.kind} ${one.name}`;
      if (hidden.includes(one.name)) {
        const absent = { ...one, name: `${one.name}-x` };
        const answer = await planned(ask, { changes: [remove(absent, true)] });
        expect(answer.replaceAll(absent.name, one.name)).toBe(await planned(ask, { changes: [remove(one, true)] }));
      }
      await look(`deleting ${id}`, { changes: [remove(one, false)] });
      await look(`deleting ${id} with its users`, { changes: [remove(one, true)] });
      await look(`putting ${id}`, { changes: [changed(one)] });
    }
    await look('pruning', { changes: [], owner: 'shared', prune: true });
    const moves = { putVirtualKey: { name: 'acme-own-key', spec: { team: 'acme-search', user: 'acme-member' } } };
    await look('moving a key', { changes: [moves] });
    expect(leaks).toEqual([]);
  },
  120_000,
);
