import anthropic from '../../catalogue/anthropic.json' with { type: 'json' };
import mock from '../../catalogue/mock.json' with { type: 'json' };
import ollama from '../../catalogue/ollama.json' with { type: 'json' };
import openai from '../../catalogue/openai.json' with { type: 'json' };
import openaiCompatible from '../../catalogue/openai-compatible.json' with { type: 'json' };
import vllm from '../../catalogue/vllm.json' with { type: 'json' };
import { type ProviderRow, providerRow } from './provider-row.ts';

const rows: readonly ProviderRow[] = Object.freeze(
  [openai, anthropic, openaiCompatible, vllm, ollama, mock].map((row) => Object.freeze(providerRow.parse(row))),
);

const byId: ReadonlyMap<string, ProviderRow> = new Map(rows.map((row) => [row.id, row]));

/** The ids that a provider's `type` may have. */
export const providerTypes: readonly string[] = rows.map(({ id }) => id);

export function findProviderRow(type: string): ProviderRow | undefined {
  return byId.get(type);
}
