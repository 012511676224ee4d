import { parseDocument } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createLitellmImporter } from './import-litellm.ts';
import { knownFacts, knownParameters } from './models/known-parameters.ts';
import { createReport } from './report/report.ts';
import { generalSettings } from './settings/general-settings.table.ts';
import { litellmSettings } from './settings/litellm-settings.table.ts';
import { otherSections } from './settings/other-sections.table.ts';
import { routerSettings } from './settings/router-settings.table.ts';
import { readConfig } from './source/read-config.ts';
import { keyPlaces } from './testing/key-places.ts';

const importLitellm = createLitellmImporter();
const SECRET = /SECRET\w{12}/;
const secret = fc.stringMatching(/^SECRET[a-z0-9]{12}$/);
const keysOf = (table: object): string[] => Object.keys(table);

const oddName = fc.constantFrom('constructor', '__proto__', 'toString', '', 'a b', '0', 'null', '<<', 'ключ');
const number = fc.oneof(fc.integer({ min: -5, max: 5_000_000 }), fc.double({ min: 0, max: 10, noNaN: true }));
const scalar = fc.oneof(
  number,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('os.environ/SOME_VARIABLE', 'os.environ/', '1d', '30d', '1mo', '2e-06', 'gpt-4o', 'x'.repeat(300)),
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 8 }), oddName), tie('anything'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}));

/** Some keys of a table, and some that no table has, with any values. */
const settings = (known: readonly string[]) =>
  fc.dictionary(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: oddName }),
    anything,
    {
      maxKeys: 6,
      noNullPrototype: true,
    },
  );

const SECRET_PARAMETERS = ['api_key', 'aws_secret_access_key', 'azure_ad_token', 'vertex_credentials', 'mystery_key'];
const credentials = fc.dictionary(fc.constantFrom(...SECRET_PARAMETERS), secret, { noNullPrototype: true });
const parameters = fc
  .tuple(
    fc.record(
      {
        model: fc.oneof(
          fc.constantFrom(
            'openai/gpt-4o',
            'gpt-4o',
            'anthropic/claude-x',
            'ollama/llama3',
            'hosted_vllm/m',
            'azure/x',
            'openai/*',
            '*',
            'a b',
          ),
          fc.string({ maxLength: 20 }),
        ),
        api_base: fc.oneof(
          fc.constantFrom('http://gpu:8000/v1', 'https://api.openai.com/v1', 'os.environ/BASE', 'nonsense'),
          anything,
        ),
        weight: number,
        rpm: number,
        tpm: number,
        order: number,
        timeout: number,
        max_parallel_requests: number,
        max_budget: number,
        budget_duration: fc.constantFrom('1d', '1mo', 'never'),
        input_cost_per_token: number,
        output_cost_per_token: number,
        litellm_credential_name: fc.constantFrom('one', 'two'),
        mock_response: fc.string({ minLength: 1, maxLength: 10 }),
      },
      { requiredKeys: ['model'] },
    ),
    credentials,
    settings([...keysOf(knownParameters), 'custom_llm_provider']),
  )
  .map(([own, secrets, more]) => ({ ...more, ...secrets, ...own }));
const modelName = fc.oneof(fc.constantFrom('gpt-4o', 'claude', 'openai/*', '*'), fc.string({ maxLength: 12 }));
const model = fc.record(
  {
    model_name: modelName,
    litellm_params: fc.oneof({ weight: 9, arbitrary: parameters }, { weight: 1, arbitrary: anything }),
    model_info: settings([...keysOf(knownFacts), 'id', 'mode', 'access_groups', 'input_cost_per_token']),
  },
  { requiredKeys: [] },
);
const credential = fc.record({
  credential_name: fc.constantFrom('one', 'two'),
  credential_values: fc.tuple(credentials, settings(['api_base', 'api_version'])).map(([a, b]) => ({ ...b, ...a })),
  credential_info: anything,
});
const alias = fc.dictionary(modelName, fc.oneof(modelName, fc.record({ model: modelName, hidden: fc.boolean() })), {
  noNullPrototype: true,
});
const config = fc.record(
  {
    model_list: fc.oneof(
      { weight: 9, arbitrary: fc.array(model, { maxLength: 6 }) },
      { weight: 1, arbitrary: anything },
    ),
    credential_list: fc.array(credential, { maxLength: 2 }),
    litellm_settings: settings([...keysOf(litellmSettings), 'request_timeout', 'max_budget', 'tag_budget_config']),
    router_settings: fc
      .tuple(settings([...keysOf(routerSettings), 'timeout', 'routing_strategy', 'provider_budget_config']), alias)
      .map(([all, aliases]) => ({ ...all, model_group_alias: aliases })),
    general_settings: fc
      .tuple(settings([...keysOf(generalSettings), 'allowed_ips', 'pass_through_endpoints']), secret)
      .map(([all, key]) => ({ ...all, master_key: key })),
    environment_variables: fc.dictionary(fc.constantFrom('BASE', 'OPENAI_API_KEY'), secret, { noNullPrototype: true }),
    guardrails: anything,
  },
  { requiredKeys: [] },
);
const whole = fc
  .tuple(config, settings(keysOf(otherSections)), fc.constantFrom('any' as const, 'block' as const, 'flow' as const))
  .map(([known, others, collectionStyle]) =>
    stringify({ ...others, ...known }, { collectionStyle, aliasDuplicateObjects: true }),
  );

it('any configuration becomes a valid document and a report with each key once, and no secret gets into either', () => {
  fc.assert(
    fc.property(whole, (text) => {
      const read = readConfig({ path: 'config.yaml', text });
      if (!read.ok) return expect(text).toMatch(/^[^:]*$/);
      const { document, lines } = importLitellm([read.root], {});
      expect(parseDocument([{ path: 'imported.yaml', text: document }]).problems).toEqual([]);
      expect(lines.map(({ line, column }) => `${line}:${column}`).sort()).toEqual(keyPlaces(text));
      expect(document + JSON.stringify(lines)).not.toMatch(SECRET);
      expect(importLitellm([read.root], {})).toEqual({ document, lines });
    }),
    { numRuns: 150 },
  );
});

it('a key that nobody judged is unknown, not left out', () => {
  const read = readConfig({ path: 'config.yaml', text: 'a: { b: [ { c: 1 } ] }' });
  if (!read.ok) throw new Error(read.problem.message);
  expect(
    createReport()
      .lines([read.root])
      .map(({ path, verdict }) => `${path} ${verdict}`),
  ).toEqual(['a unknown', 'a.b unknown', 'a.b[0].c unknown']);
});
