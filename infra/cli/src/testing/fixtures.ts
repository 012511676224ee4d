import type { GraphqlRequest } from './fake-control-plane.ts';

/** What the tests of the command share: a document, and answers to it. */
export const TOKEN = 'admin-token-0123456789';
export const SECRET = 'sk-provider-0123456789';
export const DOCUMENT = `tollgate: 1
providers:
  openai: { type: openai, apiKey: { env: OPENAI_API_KEY } }
models:
  gpt-4.1:
    deployments:
      - { provider: openai, model: gpt-4.1 }
keys:
  search: {}
`;

const previous = {
  revision: 3,
  owner: 'cli',
  ownedSince: { revision: 2, at: '2026-12-31T00:00:00.000Z' },
  notEnforced: [],
  actor: 'admin',
  source: 'cli',
  at: '2027-01-01T00:00:00.000Z',
};
const entries = [
  {
    action: 'CREATE',
    kind: 'PROVIDER',
    name: 'openai',
    fields: [{ path: 'apiKey', before: null, after: '"(secret)"' }],
    cause: 'REQUESTED',
    owner: 'cli',
    notEnforced: [],
    previous: null,
  },
  {
    action: 'UPDATE',
    kind: 'MODEL',
    name: 'gpt-4.1',
    fields: [{ path: 'deployments[0].weight', before: '1', after: '3' }],
    cause: 'REQUESTED',
    owner: 'cli',
    notEnforced: [],
    previous,
  },
];
const effects = { affected: [], more: 0, hidden: 0, isComplete: true };
const approvals = { count: 0, rules: [] };
const uncommitted = { problems: [], effects, approvals, namedInVain: [] };
export const plan = (rest: object = {}) => ({ revision: 17, entries, ...uncommitted, ...rest });
export const commit = (rest: object = {}) => ({
  ...{ ...plan(), revision: 18, committed: true, issuedSecrets: [], replayed: false, propagation: null },
  ...rest,
});

export const data = (value: object) => () => ({ body: { data: value } });
export const planThenCommit =
  (planned: object, committed: object) =>
  ({ operation }: GraphqlRequest) => ({
    body: { data: operation === 'Plan' ? { planChangeSet: planned } : { commitChangeSet: committed } },
  });

/** A node that enforces revision 17. */
export const node = (rest: object = {}) => ({
  nodeId: 'n1',
  address: 'http://a',
  version: null,
  replica: 'r1',
  state: 'CONNECTED' as const,
  stateSince: '2027-01-01T00:00:00.000Z',
  connected: true,
  revision: 17,
  lag: 0,
  lagMs: 0,
  acknowledgedAt: '2027-01-01T00:00:01.000Z',
  lastError: null,
  ...rest,
});
