import { describe, expect, it } from 'vitest';
import { entityKinds } from '../config/entity-kind.ts';
import { parseDocument } from './parse-document.ts';

const whole = `tollgate: 1
owner: platform
providers:
  openai: { type: openai, apiKey: { env: KEY }, budgets: [{ limit: 9000 USD, window: month }] }
models:
  gpt-4.1: { deployments: [{ provider: openai, model: gpt-4.1 }], rateLimits: [{ limit: 900 requests, window: 1m }] }
aliases:
  best: { model: gpt-4.1 }
  default: { alias: best }
accessGroups:
  good: { models: [gpt-4.1, "openai/*"] }
organizations:
  acme: { budgets: [{ limit: 5000 USD, window: month, timezone: Europe/Berlin }] }
teams:
  search: { organization: acme, accessGroups: [good], rateLimits: [{ limit: 500000 tokens, window: 1m }] }
projects:
  ranking: { team: search }
users:
  ada: { email: ada@example.com, displayName: Ada }
members:
  ada-search: { user: ada, team: search, role: team-admin }
serviceAccounts:
  ci: { team: search }
customers:
  bob: { displayName: Bob, defaultModel: gpt-4.1 }
tags:
  prod: { budgets: [{ limit: 10 USD, window: 30d, mode: shadow }] }
keys:
  k: { project: ranking, user: ada, allowedIps: [10.0.0.0/8], type: inference, rateLimits: [{ limit: 10 concurrent }] }
budgets:
  k-lifetime: { scope: { key: k }, limit: 100 USD, window: lifetime, softLimit: 80 USD, hardStop: true }
rateLimits:
  ada: { scope: { user: ada }, limit: 60 requests, window: minute }
priceOverrides:
  contract: { provider: openai, model: gpt-4.1, discountPercent: 15, effectiveFrom: "2026-01-01T00:00:00Z" }
webhooks:
  ops: { url: https://example.com/hook, secret: { file: hook.secret }, events: [virtual-key-blocked] }
alertRules:
  spent: { trigger: budget-spent, thresholdPercent: 85, webhooks: [ops] }
passThroughEndpoints:
  /bria: { target: https://engine.example.com, apiKey: { env: BRIA }, pricePerRequest: 0.01 USD }
roleBindings:
  root: { subject: { user: ada }, role: platform-admin, on: { platform: true } }
nodeGroups:
  canary: { nodes: [eu-1, "canary-*"] }
approvalRules:
  routing: { kinds: [provider, model, alias], approvals: 2 }
`;

const problemsOf = (...lines: readonly string[]): readonly string[] =>
  parseDocument([{ path: 'a.yaml', text: ['tollgate: 1', ...lines].join('\n') }]).problems.map(
    ({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`,
  );

describe('the sections of a document', () => {
  it('declare every kind of entity', () => {
    const { declarations, problems } = parseDocument([{ path: 'a.yaml', text: whole }]);
    expect(problems).toEqual([]);
    expect([...new Set(declarations.map(({ kind }) => kind))].sort()).toEqual([...entityKinds].sort());
  });

  it.each([
    [
      'money without a currency',
      ['teams:', '  t: { budgets: [{ limit: 25, window: day }] }'],
      ['3:27 teams.t.budgets[0].limit: an amount such as 25 USD or 0.05 USD'],
    ],
    [
      'a rate limit without a window',
      ['keys:', '  k: { rateLimits: [{ limit: 600 requests }] }'],
      [
        '3:21 keys.k.rateLimits[0].window: is missing: 600 requests in which time? Write minute, hour, day, week, month, lifetime, or a duration such as 30d (at least 1s)',
      ],
    ],
    [
      'a member of two tenants',
      ['members:', '  m: { user: u, organization: o, team: t, role: member }'],
      ['3:6 members.m: needs exactly one of organization, team, project, and this one has organization and team'],
    ],
    [
      'a secret that stands in it',
      ['webhooks:', '  w: { url: https://example.com, secret: 0123456789abcdef }'],
      [
        '3:42 webhooks.w.secret: the secret itself must not stand in a document: write `{ env: NAME }`, `{ file: PATH }`, or `{ stored: true }` to keep the one that is stored',
      ],
    ],
    [
      'a path of the gateway’s own',
      ['passThroughEndpoints:', '  /v1/chat: { target: https://example.com }'],
      ['3:3 passThroughEndpoints./v1/chat: not /v1, /healthz, /readyz or /metrics, which are the gateway’s own'],
    ],
    [
      'an alias with a wildcard',
      ['aliases:', '  "x/*": { model: m }'],
      ['3:3 aliases.x/*: an alias has letters, digits and . _ : / @ + -'],
    ],
    [
      'a field of another kind',
      ['accessGroups:', '  g: { models: [], team: t }'],
      ['3:20 accessGroups.g.team: unknown field `team`; known are models, description, metadata'],
    ],
  ])('refuse %s, with its place', (_, lines, expected) => {
    expect(problemsOf(...lines)).toEqual(expected);
  });
});
