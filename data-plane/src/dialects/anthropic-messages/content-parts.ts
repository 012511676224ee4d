import { isRecord, type JsonRecord } from '../json/json-value.ts';
import { type Refusals, refuseInvalid, refuseUnsupported } from './refusals.ts';

export type Block = JsonRecord;

/**
 * Translates a message's content to blocks. Empty texts are left out, as Anthropic refuses them; parts of types that OpenAI does
 * not have (`document`, `image`, …) are forwarded as they are. `cache_control` stays on its part.
 */
export function toBlocks(content: unknown, path: string, refusals: Refusals): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  const blocks: Block[] = [];
  content.forEach((part: unknown, index) => {
    const block = isRecord(part) ? toBlock(part, `${path}[${index}]`, refusals) : undefined;
    if (block !== undefined) blocks.push(block);
  });
  return blocks;
}

function toBlock(part: JsonRecord, path: string, refusals: Refusals): Block | undefined {
  switch (part['type']) {
    case 'text':
    case 'refusal':
      return toText(part, path, refusals);
    case 'image_url':
      return withCacheControl(part, toImage(part['image_url'], `${path}.image_url`, refusals));
    case 'file':
      return withCacheControl(part, toDocument(part['file'], `${path}.file`, refusals));
    case 'input_audio':
      return refuseUnsupported(refusals, path, 'it does not take audio.');
    default:
      return part;
  }
}

/** Text with whatever else the client put on it, such as `citations` or `cache_control`. */
function toText(part: JsonRecord, path: string, refusals: Refusals): Block | undefined {
  const field = part['type'] === 'refusal' ? 'refusal' : 'text';
  const text = part[field];
  if (typeof text !== 'string') return refuseInvalid(refusals, `${path}.${field}`, 'expected a string.');
  if (text === '') return undefined;
  return field === 'text' ? part : withCacheControl(part, { type: 'text', text });
}

function toImage(image: unknown, path: string, refusals: Refusals): Block | undefined {
  const url = isRecord(image) ? image['url'] : image;
  if (typeof url !== 'string') return refuseInvalid(refusals, `${path}.url`, 'expected a URL.');
  if (/^https?:/i.test(url)) return { type: 'image', source: { type: 'url', url } };
  const data = parseDataUrl(url);
  if (data === undefined)
    return refuseInvalid(refusals, `${path}.url`, 'expected an http(s) URL or a base64 data URL.');
  return { type: 'image', source: { type: 'base64', media_type: data.mediaType, data: data.base64 } };
}

/** OpenAI takes PDFs as data URLs; its uploaded files (`file_id`) are out of Anthropic's reach. */
function toDocument(file: unknown, path: string, refusals: Refusals): Block | undefined {
  if (!isRecord(file)) return refuseInvalid(refusals, path, 'expected an object.');
  if (file['file_id'] !== undefined)
    return refuseUnsupported(refusals, `${path}.file_id`, 'give the file as file_data.');
  const data = typeof file['file_data'] === 'string' ? parseDataUrl(file['file_data']) : undefined;
  if (data === undefined) return refuseInvalid(refusals, `${path}.file_data`, 'expected a base64 data URL.');
  if (data.mediaType !== 'application/pdf')
    return refuseUnsupported(refusals, `${path}.file_data`, 'only PDF files can be read.');
  const title = typeof file['filename'] === 'string' ? { title: file['filename'] } : {};
  return { type: 'document', source: { type: 'base64', media_type: data.mediaType, data: data.base64 }, ...title };
}

type DataUrl = { readonly mediaType: string; readonly base64: string };

/** Takes a data URL apart by its first comma, as the data may be megabytes. */
function parseDataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (comma === -1 || comma > 200 || !url.slice(0, 5).toLowerCase().startsWith('data:')) return undefined;
  const [mediaType, ...parameters] = url.slice(5, comma).toLowerCase().split(';');
  if (mediaType === undefined || mediaType === '' || parameters.at(-1)?.trim() !== 'base64') return undefined;
  return { mediaType: mediaType.trim(), base64: url.slice(comma + 1) };
}

export function withCacheControl(from: JsonRecord, block: Block | undefined): Block | undefined {
  const cacheControl = from['cache_control'];
  return block === undefined || !isRecord(cacheControl) ? block : { ...block, cache_control: cacheControl };
}

/** Puts a whole message's `cache_control` where Anthropic looks for it: on its last block. */
export function cacheLast(from: JsonRecord, blocks: Block[]): Block[] {
  const last = blocks.at(-1);
  if (last === undefined || !isRecord(from['cache_control'])) return blocks;
  return [...blocks.slice(0, -1), { ...last, cache_control: from['cache_control'] }];
}
