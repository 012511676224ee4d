import { expect, test } from 'vitest';
import { definitionOf } from './definitions.ts';

const { decider: teamDecider } = definitionOf('team');
const { decider: modelDecider } = definitionOf('model');

const spec = { models: ['a', 'b'] };
const put = (intent: object) => ({ op: 'put', kind: 'team', name: 't', intent }) as const;

test('given nothing, when a team is put, then it is created as declared', () => {
  expect(teamDecider.decide(put(spec), undefined)).toEqual({
    kind: 'accepted',
    events: [{ type: 'TeamCreated', data: spec }],
  });
});

test('given a team, when the same is put, in any order of members, then nothing happens', () => {
  const state = { spec: { deployments: [{ provider: 'p', model: 'm' }], routing: { timeout: '5s' } } };
  const intent = { routing: { timeout: '5s' }, deployments: [{ model: 'm', provider: 'p' }] };
  const decision = modelDecider.decide({ op: 'put', kind: 'model', name: 'm', intent }, state);
  expect(decision).toEqual({ kind: 'accepted', events: [] });
});

test('given a team, when another is put, then it is updated to exactly that', () => {
  expect(teamDecider.decide(put({}), { spec })).toEqual({
    kind: 'accepted',
    events: [{ type: 'TeamUpdated', data: {} }],
  });
});

test('given a team, when it is deleted, then it is; given none, then it is refused by name', () => {
  const command = { op: 'delete', kind: 'team', name: 't' } as const;
  expect(teamDecider.decide(command, { spec })).toMatchObject({ events: [{ type: 'TeamDeleted' }] });
  expect(teamDecider.decide(command, undefined)).toEqual({
    kind: 'refused',
    code: 'not_found',
    message: 'there is no team named t',
  });
});

test('what events say becomes the state, and after a deletion there is none', () => {
  const created = teamDecider.evolve(undefined, { type: 'TeamCreated', data: spec });
  expect(created).toEqual({ spec });
  expect(teamDecider.evolve(created, { type: 'TeamUpdated', data: {} })).toEqual({ spec: {} });
  expect(teamDecider.evolve(created, { type: 'TeamDeleted', data: {} })).toBeUndefined();
});
