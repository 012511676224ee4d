import { differs, holds, type Verdict } from '../report/verdict.ts';
import { textOf } from '../source/scalars.ts';
import type { ModelEntry } from './model-entries.ts';

/** Modes whose requests are chat completions; LiteLLM takes `chat` if none is given. */
const CHAT_MODES: ReadonlySet<string> = new Set(['chat', 'responses']);

/** Beginnings of names of models that serve something else, where no mode says so. */
const OTHER_MODELS =
  /(^|[/_-])(embed|rerank)|(^|\/)(dall-e-|gpt-image-|imagen-|whisper-|tts-|omni-moderation|sora-|veo-)/i;

/** Why a model cannot be served, or undefined if it serves chat completions as far as can be told. */
export function whyNoChat({ info, params }: ModelEntry): string | undefined {
  const mode = textOf(info.get('mode')?.value);
  if (mode !== undefined)
    return CHAT_MODES.has(mode) ? undefined : `only chat completions are served, not the mode \`${printable(mode)}\``;
  const model = textOf(params.get('model')?.value) ?? '';
  return OTHER_MODELS.test(model)
    ? 'only chat completions are served; by its name it is for something else'
    : undefined;
}

export const modeVerdict = (mode: string): Verdict =>
  mode === 'chat'
    ? holds('chat completions are what is served')
    : differs('only chat completions are served; the model is imported for those');

/** A mode is a word; anything longer is a mistake that need not be repeated. */
const printable = (mode: string): string => (/^[a-z_]{1,40}$/.test(mode) ? mode : '…');
