import { existsSync, readFileSync } from 'node:fs';

/** Answers that real providers gave and OpenAI's own specification, kept beside the checkout. */
const FOLDER = new URL('../../../shared/', import.meta.url);
const RECORDINGS = new URL('recordings/vercel-ai/', FOLDER);
const OPENAI_SPEC = new URL('specs/openai-openapi.json', FOLDER);

const isCi = process.env['CI'] === 'true';

/** On a CI machine their absence is a failure of the tests that need them, elsewhere these are skipped and it is said. */
export const mayReadRecordings: boolean = isAvailable(RECORDINGS, 'The recordings of providers');
export const mayReadOpenaiSpec: boolean = isAvailable(OPENAI_SPEC, 'OpenAI’s specification');

function isAvailable(url: URL, what: string): boolean {
  if (existsSync(url) || isCi) return true;
  console.log(`${what} are not in ../shared: the tests that need them are skipped.`);
  return false;
}

/** A recorded body, such as `openai/chat/openai-text`. */
export const recordedBody = (name: string): Buffer => readFileSync(new URL(`${name}.json`, RECORDINGS));

function recordedEvents(name: string): string[] {
  return readFileSync(new URL(`${name}.chunks.txt`, RECORDINGS), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** A recorded stream in OpenAI's framing, which the recording leaves out. */
export const openaiStream = (name: string): Buffer => toOpenaiStream(recordedEvents(name));

export function toOpenaiStream(events: readonly string[]): Buffer {
  return Buffer.from([...events, '[DONE]'].map((event) => `data: ${event}\n\n`).join(''));
}

/** A recorded stream in Anthropic's framing. */
export function anthropicStream(name: string): Buffer {
  const frame = (event: string) => `event: ${(JSON.parse(event) as { type: string }).type}\ndata: ${event}\n\n`;
  return Buffer.from(recordedEvents(name).map(frame).join(''));
}
