import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Change, connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, putProvider, type Tenant, uniqueName } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

const putTeam = (name: string, spec: object): Change => ({ putTeam: { name, spec } });
const routing = (models: Readonly<Record<string, string>>) => ({ routing: { models } });

/** Three models and an alias `asked` of the first of them, by which apps ask. */
let names: { readonly asked: string; readonly first: string; readonly second: string; readonly third: string };
let tenant: Tenant;
let team: string;
beforeAll(async () => {
  tenant = await openTenant(stack, { type: 'mock' });
  names = { asked: uniqueName('asked'), first: uniqueName('a'), second: uniqueName('b'), third: uniqueName('c') };
  team = uniqueName('team');
  const provider = uniqueName('mock');
  const model = (name: string) => putModel(name, { deployments: [{ provider, model: 'demo' }] });
  await stack.commit([
    putProvider(provider, { type: 'mock' }),
    ...[names.first, names.second, names.third].map(model),
    { putAlias: { name: names.asked, spec: { model: names.first } } },
    putTeam(team, {}),
    putKey(tenant.keyName, { team }),
  ]);
});

async function served(model: string): Promise<{ readonly model: string; readonly servedModel: string }> {
  const { response } = await tenant.client.chat.completions.create({ model, messages: MESSAGES }).withResponse();
  const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  return { model: row.model, servedModel: row.servedModel };
}

describe('a name that a team or a key routes in its own way', () => {
  test('stands for what the team says, before an alias of all, and for what the key says before that', async () => {
    const { asked, first, second, third } = names;
    expect(await served(asked)).toEqual({ model: asked, servedModel: first });
    await stack.commit([putTeam(team, routing({ [asked]: second }))]);
    expect(await served(asked)).toEqual({ model: asked, servedModel: second });
    expect(await served(first)).toEqual({ model: first, servedModel: first });
    await stack.commit([putKey(tenant.keyName, { team, ...routing({ [asked]: third }) })]);
    expect(await served(asked)).toEqual({ model: asked, servedModel: third });
    await stack.commit([putTeam(team, {}), putKey(tenant.keyName, { team })]);
    expect(await served(asked)).toEqual({ model: asked, servedModel: first });
  });

  test('is listed and served to those who have it, and to nobody else', async () => {
    const own = uniqueName('own');
    const other = await openTenant(stack, { type: 'mock' });
    await stack.commit([putTeam(team, { models: [own], ...routing({ [own]: names.second }) })]);
    expect(await served(own)).toEqual({ model: own, servedModel: names.second });
    const idsFor = async ({ client }: Tenant) => (await client.models.list()).data.map(({ id }) => id);
    expect(await idsFor(tenant)).toEqual([own]);
    expect((await tenant.client.models.retrieve(own)).id).toBe(own);
    expect(await idsFor(other)).not.toContain(own);
    await expect(served(names.second)).rejects.toMatchObject({ code: 'model_not_allowed' });
    await expect(other.client.chat.completions.create({ model: own, messages: MESSAGES })).rejects.toMatchObject({
      code: 'model_not_found',
    });
    await stack.commit([putTeam(team, {})]);
  });

  test('gives a team nothing that its organization does not allow', async () => {
    const organization = uniqueName('organization');
    await stack.commit([
      { putOrganization: { name: organization, spec: { models: [names.first] } } },
      putTeam(team, { organization, ...routing({ [names.first]: names.second }) }),
    ]);
    await expect(served(names.first)).rejects.toMatchObject({ code: 'model_not_allowed' });
    await stack.commit([putTeam(team, {})]);
  });
});

describe('a plan refuses', () => {
  const refused = (change: Change) => stack.commit([change]).catch((error: Error) => error.message);

  test('a name for what is not there, or for itself over aliases or others', async () => {
    const { asked, first, second } = names;
    for (const put of [putTeam, putKey]) {
      const name = put === putTeam ? team : tenant.keyName;
      expect(await refused(put(name, routing({ [asked]: 'no-such-model' })))).toMatch(
        /no model or alias named no-such-model.*routing\.models\./,
      );
      expect(await refused(put(name, routing({ [first]: asked })))).toMatch(/goes in a circle/);
      expect(await refused(put(name, routing({ [first]: second, [second]: first })))).toMatch(/goes in a circle/);
    }
  });

  test('to delete a model that a team asks for', async () => {
    const model = uniqueName('gone');
    await stack.commit([
      putModel(model, { deployments: [{ provider: tenant.providerName, model: 'demo' }] }),
      putTeam(team, routing({ [names.asked]: model })),
    ]);
    expect(await refused({ delete: { kind: 'MODEL', name: model } })).toMatch(new RegExp(`still used by team ${team}`));
    await stack.commit([putTeam(team, {}), { delete: { kind: 'MODEL', name: model } }]);
  });
});
