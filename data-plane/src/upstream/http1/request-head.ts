const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The head of a POST up to the value of its `content-length`, made once for each deployment.
 * @throws Error if a value could break out of its line; the message names the header, never the value.
 */
export function requestHead(origin: URL, path: string, headers: readonly string[]): string {
  const lines = [`POST ${encodeURI(path)} HTTP/1.1`, `host: ${origin.host}`];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name, value] = [headers[index] ?? '', headers[index + 1] ?? ''];
    if (!FIELD_VALUE.test(value))
      throw new Error(`the header ${name} for ${origin.host} holds characters that no header may`);
    lines.push(`${name}: ${value}`);
  }
  return `${lines.join('\r\n')}\r\ncontent-length: `;
}

/** One buffer with head and body, so that it leaves in one write. */
export function requestBytes(head: string, body: Buffer): Buffer {
  const wholeHead = `${head}${body.length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(wholeHead.length + body.length);
  bytes.write(wholeHead, 'latin1');
  body.copy(bytes, wholeHead.length);
  return bytes;
}
