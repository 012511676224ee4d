import { describe, expect, it } from 'vitest';
import { convertText, model, modelList } from './testing/convert-text.ts';

const OPENAI = 'model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY';
const at = (name: string, index = 0): string => `model_list[${index}].litellm_params.${name}`;

describe('providers', () => {
  it('are the same if type, address and credential are, whichever models name them', () => {
    const { document } = convertText(
      modelList(model('a', OPENAI), model('b', OPENAI), model('c', `${OPENAI}, api_base: https://api.openai.com/v1/`)),
    );
    expect(document['providers']).toEqual({ openai: { type: 'openai', apiKey: { env: 'OPENAI_API_KEY' } } });
  });

  it('read a literal secret from a variable that nothing else is read from, and the same secret from the same one', () => {
    const { document, said } = convertText(
      modelList(
        model('a', OPENAI),
        model('b', 'model: openai/gpt-4o, api_key: sk-one'),
        model('c', 'model: openai/gpt-4o, api_key: sk-one'),
        model('d', 'model: openai/gpt-4o, api_key: sk-two'),
        model('e', 'model: anthropic/x, api_key: sk-three, other: os.environ/ANTHROPIC_API_KEY'),
      ),
    );
    expect(document['providers']).toEqual({
      openai: { type: 'openai', apiKey: { env: 'OPENAI_API_KEY' } },
      'openai-2': { type: 'openai', apiKey: { env: 'OPENAI_2_API_KEY' } },
      'openai-3': { type: 'openai', apiKey: { env: 'OPENAI_3_API_KEY' } },
      anthropic: { type: 'anthropic', apiKey: { env: 'ANTHROPIC_API_KEY_2' } },
    });
    expect(said(at('api_key', 1))).toBe(
      'maps: → providers.openai-2.apiKey: the secret itself is not copied: set OPENAI_2_API_KEY to it',
    );
  });

  it('get the variable that LiteLLM falls back to where a credential is needed and none is given', () => {
    const { document, said } = convertText(modelList(model('a', 'model: claude-sonnet-4-5')));
    expect(document['providers']).toEqual({ anthropic: { type: 'anthropic', apiKey: { env: 'ANTHROPIC_API_KEY' } } });
    expect(said(at('model'))).toContain('LiteLLM reads ANTHROPIC_API_KEY');
  });

  it('have their address from a variable as it is at import, the environment’s before that of the file', () => {
    const text = `${modelList(
      model('a', 'model: hosted_vllm/m, api_base: os.environ/HERE'),
      model('b', 'model: hosted_vllm/m, api_base: os.environ/THERE'),
      model('c', 'model: hosted_vllm/m, api_base: os.environ/NOWHERE'),
    )}environment_variables: { HERE: http://file:1/v1, THERE: http://file:2/v1 }`;
    const { document, said } = convertText(text, { THERE: 'http://environment:2/v1' });
    const urls = Object.values(document['providers'] as object).map(({ baseUrl }) => baseUrl);
    expect(urls).toEqual(['http://file:1/v1', 'http://environment:2/v1']);
    expect(said(at('model', 2))).toContain('api_base is read from NOWHERE: set it where you run the import');
  });

  it.each([
    ['anthropic/x', 'https://claude.test', 'https://claude.test/v1'],
    ['anthropic/x', 'https://claude.test/v1/messages', 'https://claude.test/v1'],
    ['ollama/x', 'http://gpu:11434', 'http://gpu:11434/v1'],
    ['ollama_chat/x', 'http://gpu:11434/v1/', 'http://gpu:11434/v1'],
    ['openai/x', 'http://gpu:8000', 'http://gpu:8000'],
    ['openai_like/x', 'http://gpu:8000/v1/chat/completions', 'http://gpu:8000/v1'],
  ])('%s at %s is called at %s', (name, base, expected) => {
    const { document } = convertText(modelList(model('m', `model: ${name}, api_base: ${base}, api_key: os.environ/K`)));
    expect(Object.values(document['providers'] as object)[0]).toMatchObject({ baseUrl: expected });
  });
});

describe('models', () => {
  it('whose provider the catalogue does not have are left out, with the aliases that stand for them', () => {
    const { document, said } = convertText(
      `${modelList(model('a', 'model: bedrock/x'))}router_settings: { model_group_alias: { b: a } }`,
    );
    expect(document).toEqual({ tollgate: 1 });
    expect(said(at('model'))).toMatch(
      /^not_supported: is left out: the catalogue has no provider type for `bedrock` yet/,
    );
    expect(said('router_settings.model_group_alias.b')).toMatch(/^not_supported: is left out/);
  });

  it('have the timeout of the router if they have none, and of several deployments the longest', () => {
    const { document } = convertText(
      `${modelList(
        model('a', OPENAI),
        model('b', `${OPENAI}, timeout: 5`),
        model('b', `${OPENAI}, timeout: 7.5`),
      )}litellm_settings: { request_timeout: 600 }\nrouter_settings: { timeout: 30 }`,
    );
    expect(document['models']).toMatchObject({
      a: { routing: { timeout: '30s' } },
      b: { routing: { timeout: '7500ms' } },
    });
  });

  it('keep their orders, those without one last, and share the traffic within each', () => {
    const { document } = convertText(
      modelList(
        model('a', `${OPENAI}, order: 2, weight: 1`),
        model('a', `${OPENAI}, order: 1, weight: 3`),
        model('a', `${OPENAI}, order: 1, weight: 1`),
        model('a', OPENAI),
      ),
    );
    expect(deploymentsOf(document, 'a').map(({ order, weight }) => [order, weight])).toEqual([
      [2, 1],
      [1, 3],
      [1, 1],
      [3, 1],
    ]);
  });
});

describe('the report', () => {
  it('says of a key that several models share through an alias the worst of all, with each place', () => {
    const { said } = convertText(
      `x: &x { timeout: 5, api_key: os.environ/K }\n${modelList(
        model('a', 'model: openai/a, <<: *x'),
        model('b', 'model: azure/b, <<: *x'),
        model('c', 'model: openai/c, <<: *x'),
      )}`,
    );
    expect(said('x.timeout')).toMatch(/^differs: → models\.a\.routing\.timeout.*→ models\.c\.routing\.timeout/);
    expect(said('x')).toBe('maps: is used through its alias');
  });

  it('says what was probably meant', () => {
    expect(convertText('litellm_settings: { reqest_timeout: 1 }').said('litellm_settings.reqest_timeout')).toBe(
      'unknown: did you mean `request_timeout`?',
    );
    expect(convertText('modellist: []').said('modellist')).toBe('unknown: did you mean `model_list`?');
  });

  it('says where something is only stored, as long as the schema says so', () => {
    const text = 'general_settings: { pass_through_endpoints: [{ path: /raw, target: https://example.com }] }';
    expect(convertText(text).said('general_settings.pass_through_endpoints')).toContain(
      'this version does not act upon it yet',
    );
  });
});

describe('what follows a failure', () => {
  const THREE = modelList(model('a', OPENAI), model('b', OPENAI), model('c', OPENAI));

  it('is the routing of each model, as router_settings say before litellm_settings', () => {
    const { document, said } = convertText(
      `${THREE}litellm_settings: { num_retries: 5 }\nrouter_settings: { num_retries: 3, cooldown_time: 30, allowed_fails: 3 }`,
    );
    const routing = { retries: 3, cooldown: { attempts: 4, time: '30s' } };
    expect(document['models']).toMatchObject({ a: { routing }, b: { routing }, c: { routing } });
    expect(said('litellm_settings.num_retries')).toBe('maps: `num_retries` of router_settings counts more');
    expect(said('router_settings.num_retries')).toContain('maps: → retries in routing of each model');
  });

  it('has no cooldowns where they are disabled', () => {
    const { document } = convertText(`${THREE}router_settings: { disable_cooldowns: true, cooldown_time: 30 }`);
    expect(document['models']).toMatchObject({ a: { routing: { cooldown: { enabled: false } } } });
  });

  it('are the fallbacks of each kind, and those of all where a model has none', () => {
    const { document, said } = convertText(
      `${THREE}router_settings:
  fallbacks: [{ a: [b, gone, b] }, { gone: [a] }]
  context_window_fallbacks: [{ a: [c] }]
  content_policy_fallbacks: [{ "*": [c] }]
  default_fallbacks: [c]
`,
    );
    expect(document['models']).toMatchObject({
      a: { fallbacks: ['b'], contextFallbacks: ['c'], contentPolicyFallbacks: ['c'] },
      b: { fallbacks: ['c'], contentPolicyFallbacks: ['c'] },
    });
    expect(Object.keys((document['models'] as Record<string, object>)['c'] ?? {})).toEqual(['deployments']);
    expect(said('router_settings.fallbacks[0].a')).toContain('differs: → models.a.fallbacks: without those');
    expect(said('router_settings.fallbacks[1].gone')).toContain('not_supported: is left out');
  });

  it('goes in no circle, which plans would refuse', () => {
    const { document, said } = convertText(
      `${THREE}router_settings: { fallbacks: [{ a: [b] }, { b: [c] }, { c: [a] }] }`,
    );
    expect(document['models']).toMatchObject({ a: { fallbacks: ['b'] }, b: { fallbacks: ['c'] } });
    expect(said('router_settings.fallbacks[2].c')).toContain('not_supported: is left out');
  });
});

describe('the strategy', () => {
  it.each([
    ['simple-shuffle', undefined],
    ['least-busy', 'least-busy'],
    ['latency-based-routing', 'least-latency'],
    ['cost-based-routing', 'lowest-cost'],
  ])('%s of models with several deployments is %s, which looks at no weights', (strategy, expected) => {
    const { document } = convertText(
      `${modelList(model('a', `${OPENAI}, weight: 2`), model('a', `${OPENAI}, weight: 3`), model('alone', OPENAI))}router_settings: { routing_strategy: ${strategy} }`,
    );
    const { a, alone } = document['models'] as Record<string, { routing?: { strategy?: string } }>;
    expect([a?.routing?.strategy, alone?.routing?.strategy]).toEqual([expected, undefined]);
    const weights = deploymentsOf(document, 'a').map(({ weight }) => weight);
    expect(weights).toEqual(expected === undefined ? [2, 3] : [undefined, undefined]);
  });

  it('usage-based-routing-v2 is usage-aware where each deployment says what it takes', () => {
    const { document } = convertText(
      `${modelList(
        model('a', `${OPENAI}, rpm: 60`),
        model('a', `${OPENAI}, tpm: 9000`),
        model('b', `${OPENAI}, rpm: 60`),
        model('b', OPENAI),
      )}router_settings: { routing_strategy: usage-based-routing-v2 }`,
    );
    expect(document['models']).toMatchObject({ a: { routing: { strategy: 'usage-aware' } } });
    expect(deploymentsOf(document, 'a').map(({ rpm, tpm }) => [rpm, tpm])).toEqual([
      [60, undefined],
      [undefined, 9000],
    ]);
    expect((document['models'] as Record<string, object>)['b']).not.toHaveProperty('routing');
  });
});

function deploymentsOf(document: Readonly<Record<string, unknown>>, model: string) {
  type Declared = Readonly<Partial<Record<'order' | 'weight' | 'rpm' | 'tpm', number>>>;
  return (document['models'] as Record<string, { deployments: readonly Declared[] }>)[model]?.deployments ?? [];
}
