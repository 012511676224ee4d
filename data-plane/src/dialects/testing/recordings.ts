import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Answers that real providers gave, kept beside the project; where they are not, the tests that need them say so and are skipped. */
const FOLDER = new URL('../../../../../shared/recordings/vercel-ai/', import.meta.url);

export const hasRecordings: boolean = existsSync(FOLDER);
if (!hasRecordings) console.log('The recordings are not here: the tests against recorded answers are skipped.');

/** Recorded files of a provider's folder by name; empty where there are none. */
export function listRecordings(folder: string, ending: string): readonly string[] {
  if (!hasRecordings) return [];
  return readdirSync(new URL(`${folder}/`, FOLDER))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}

export function readRecording(path: string): Buffer {
  return readFileSync(new URL(path, FOLDER));
}

/** The events of a recorded stream, as text, one JSON each. */
export function readEvents(path: string): readonly string[] {
  return readRecording(path)
    .toString()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function toOpenAiStream(events: readonly string[], lineEnd = '\n'): Buffer {
  return Buffer.from([...events, '[DONE]'].map((data) => `data: ${data}${lineEnd}${lineEnd}`).join(''));
}

/** Some recordings hold several answers one after the other; each is a stream of its own. */
export function toAnthropicStreams(events: readonly string[]): readonly Buffer[] {
  const streams: string[][] = [[]];
  for (const event of events) {
    streams.at(-1)?.push(event);
    if (event.includes('"type":"message_stop"')) streams.push([]);
  }
  return streams.filter((stream) => stream.length > 0).map(toAnthropicStream);
}

export function toAnthropicStream(events: readonly string[]): Buffer {
  return Buffer.from(
    events.map((data) => `event: ${(JSON.parse(data) as { type: string }).type}\ndata: ${data}\n\n`).join(''),
  );
}
