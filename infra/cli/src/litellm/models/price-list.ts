import { isDeepStrictEqual } from 'node:util';
import type { DocumentBuilder } from '../document/document-builder.ts';
import { notSupported } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import type { Candidate } from './group.ts';
import { type PriceOverride, pricesOf } from './prices.ts';

/** Declares the prices of a provider's model once; LiteLLM states them with each deployment. */
export type PriceList = { add(candidate: Candidate): VerdictTable };

export function createPriceList(document: DocumentBuilder): PriceList {
  const declared = new Map<string, PriceOverride>();
  return {
    add(candidate) {
      const { provider, model } = candidate.target;
      const name = `${provider}-${model}`
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replaceAll(/-+$/g, '')
        .slice(0, 128);
      const { override, verdicts } = pricesOf(candidate, name);
      if (override === undefined) return verdicts;
      const earlier = declared.get(name);
      if (earlier && !isDeepStrictEqual(earlier, override))
        return refuse(verdicts, `there is another price of the model ${model} of ${provider}`);
      declared.set(name, override);
      const refusal = earlier ? undefined : document.put('priceOverrides', name, override);
      return refusal === undefined ? verdicts : refuse(verdicts, refusal);
    },
  };
}

const refuse = (verdicts: VerdictTable, why: string): VerdictTable =>
  Object.fromEntries(Object.keys(verdicts).map((name) => [name, notSupported(why)]));
