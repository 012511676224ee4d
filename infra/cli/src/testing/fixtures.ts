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

const entries = [
  {
    action: 'CREATE',
    kind: 'PROVIDER',
    name: 'openai',
    fields: [{ path: 'apiKey', before: null, after: '"(secret)"' }],
  },
  {
    action: 'UPDATE',
    kind: 'MODEL',
    name: 'gpt-4.1',
    fields: [{ path: 'deployments[0].weight', before: '1', after: '3' }],
  },
];
export const plan = (rest: object = {}) => ({ revision: 17, entries, problems: [], ...rest });
export const commit = (rest: object = {}) => ({ ...plan(), revision: 18, committed: true, issuedSecrets: [], ...rest });

export const data = (value: object) => () => ({ body: { data: value } });
export const planThenCommit =
  (planned: object, committed: object) =>
  ({ operation }: GraphqlRequest) => ({
    body: { data: operation === 'Plan' ? { planChangeSet: planned } : { commitChangeSet: committed } },
  });
