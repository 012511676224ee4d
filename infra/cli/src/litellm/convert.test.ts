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

  it('give no traffic to deployments of a later order, which LiteLLM would only fall back to', () => {
    const { document } = convertText(modelList(model('a', `${OPENAI}, order: 2`), model('a', `${OPENAI}, order: 1`)));
    expect(document['models']).toMatchObject({ a: { deployments: [{ weight: 0 }, { weight: 1 }] } });
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
