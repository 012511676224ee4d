import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

export class BodyTooLarge extends Error {}
export class UnreadableBody extends Error {}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = Object.freeze({
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
});

/**
 * Reads a request body whole, undoing its Content-Encoding. Bound: `limitBytes` after decompression, past it
 * `BodyTooLarge`. A coding unknown or broken: `UnreadableBody`.
 */
export async function readBody(
  source: Readable,
  contentEncoding: string | undefined,
  limitBytes: number,
): Promise<Buffer> {
  const decoder =
    contentEncoding === undefined || contentEncoding === 'identity' ? undefined : decoders[contentEncoding];
  if (contentEncoding !== undefined && contentEncoding !== 'identity' && decoder === undefined) {
    throw new UnreadableBody(`Content-Encoding ${contentEncoding} is none of ${Object.keys(decoders).join(', ')}.`);
  }
  const plain = decoder === undefined ? source : source.pipe(decoder());
  const fail = (error: Error) => (plain as Readable).destroy(error);
  if (plain !== source) source.once('error', fail);
  let length = 0;
  const counted = async function* () {
    for await (const chunk of plain) {
      length += chunk.length;
      if (length > limitBytes) throw new BodyTooLarge(`The body is larger than ${limitBytes} bytes.`);
      yield chunk;
    }
  };
  try {
    return await buffer(Readable.from(counted()));
  } catch (error) {
    if (error instanceof BodyTooLarge || decoder === undefined) throw error;
    throw new UnreadableBody(`The body is not valid ${contentEncoding}.`, { cause: error });
  }
}

/** Parameters may also come as the parts of a form, which clients use when they are too long for a URL. */
export async function readForm(body: Buffer, contentType: string): Promise<URLSearchParams> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const fields = new URLSearchParams();
  for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value);
  return fields;
}

export interface EncodedBody {
  readonly bytes: Uint8Array;
  readonly encoding?: string;
}

/** Compresses an answer with the first coding we know of those the client accepts. */
export async function encodeBody(bytes: Uint8Array, acceptEncoding: string): Promise<EncodedBody> {
  for (const wanted of acceptEncoding.split(',')) {
    switch (wanted.split(';')[0]?.trim()) {
      case 'gzip':
        return { bytes: await promisify(zlib.gzip)(bytes, { level: 1 }), encoding: 'gzip' };
      case 'zstd':
        return { bytes: await promisify(zlib.zstdCompress)(bytes), encoding: 'zstd' };
    }
  }
  return { bytes };
}
