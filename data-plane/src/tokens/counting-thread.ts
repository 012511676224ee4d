import { parentPort } from 'node:worker_threads';
import type { Tokenizer } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import { textOf } from '../dialects/json/json-value.ts';
import { countChat } from './count-chat.ts';
import { type CountText, createCountText, type Encoding } from './count-text.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

/** The main of the thread that counts; see `startThread`. An encoding is loaded when it is first asked for, and kept. */
const encodings: Readonly<Record<Tokenizer, () => Promise<{ readonly default: Encoding }>>> = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
};
const loaded = new Map<Tokenizer, Promise<CountText>>();

function countTextOf(tokenizer: Tokenizer): Promise<CountText> {
  const known = loaded.get(tokenizer);
  if (known !== undefined) return known;
  const loading = encodings[tokenizer]().then((module) => createCountText(module.default));
  loaded.set(tokenizer, loading);
  return loading;
}

/** An encoding that cannot be loaded ends the thread; a request that cannot be counted does not. */
async function take(message: ToThread): Promise<void> {
  const countText = await countTextOf(message.tokenizer);
  if (message.type === 'load') return;
  const answer: FromThread = { id: message.id, tokens: tokensOf(message.body, countText) };
  parentPort?.postMessage(answer);
}

function tokensOf({ buffer }: Uint8Array<ArrayBuffer>, countText: CountText): number | undefined {
  try {
    return countChat(JSON.parse(textOf(Buffer.from(buffer))) as ChatRequest['body'], countText);
  } catch {
    return undefined;
  }
}

parentPort?.on('message', take);
