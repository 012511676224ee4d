import type { ChatRequest } from './chat-request.ts';

/** Parts of a message's content that a model does not read as text, and what holds them: a URL or base64. */
const MEDIA = ['image_url', 'input_audio', 'file', 'video_url'] as const;

/**
 * How many bytes of a request are text, that of its messages and tools with the JSON around it: all but the images, audio and files that
 * stand in its messages, whose tokens do not follow from their size. Looks at each part once, and copies nothing.
 */
export function textBytes({ bytes, body }: ChatRequest): number {
  const messages = body['messages'] as readonly { readonly content?: unknown }[];
  let media = 0;
  for (const { content } of messages)
    if (Array.isArray(content)) for (const part of content) media += mediaLength(part);
  return Math.max(0, bytes.length - media);
}

function mediaLength(part: Readonly<Record<string, unknown>>): number {
  let length = 0;
  for (const kind of MEDIA) {
    const held = part[kind];
    if (typeof held === 'string') length += held.length;
    else if (typeof held === 'object' && held !== null)
      for (const value of Object.values(held)) if (typeof value === 'string') length += value.length;
  }
  return length;
}
