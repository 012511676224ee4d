import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertText, model, modelList } from '../testing/convert-text.ts';

const shareOf = (weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((one, other) => one + other, 0);
  return weights.map((weight) => weight / sum);
};

it('each deployment gets the share that LiteLLM gives it, by weight, requests or tokens', () => {
  const rates = fc.array(fc.integer({ min: 0, max: 50_000_000 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom('weight', 'rpm', 'tpm'), rates, (measure, values) => {
      fc.pre(values.some((value) => value > 0));
      const text = modelList(
        ...values.map((value, index) => model('m', `model: openai/m${index}, ${measure}: ${value}`)),
      );
      const { deployments } = (convertText(text).document['models'] as Models)['m'] ?? { deployments: [] };
      const shares = shareOf(deployments.map(({ weight = 1 }) => weight));
      for (const [index, expected] of shareOf(values).entries()) expect(shares[index]).toBeCloseTo(expected, 5);
      for (const [index, value] of values.entries()) expect((shares[index] ?? 0) > 0).toBe(value > 0);
    }),
  );
});

type Models = Readonly<Record<string, { readonly deployments: readonly { readonly weight?: number }[] }>>;
