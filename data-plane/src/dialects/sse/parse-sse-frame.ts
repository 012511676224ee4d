/** An event as the frame says it; `data` is empty for comments and for frames without data. */
export type SseEvent = { readonly event: string | undefined; readonly data: string };

const BYTE_ORDER_MARK = '\uFEFF';

/** Reads one raw frame: several `data` lines are joined by LF, other fields but `event` are ignored. */
export function parseSseFrame(frame: Buffer): SseEvent {
  const text = frame.toString('utf8');
  const isSimple = text.startsWith('data: ') && text.endsWith('\n\n') && text.indexOf('\n') === text.length - 2;
  return isSimple && !text.includes('\r') ? { event: undefined, data: text.slice(6, -2) } : parseLines(text);
}

function parseLines(text: string): SseEvent {
  let event: string | undefined;
  let data: string | undefined;
  const withoutMark = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  for (const line of withoutMark.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event') continue;
    const rest = colon === -1 ? '' : line.slice(colon + 1);
    const value = rest.startsWith(' ') ? rest.slice(1) : rest;
    if (field === 'event') event = value;
    else data = data === undefined ? value : `${data}\n${value}`;
  }
  return { event, data: data ?? '' };
}
