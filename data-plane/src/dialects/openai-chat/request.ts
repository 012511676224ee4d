import type { ChatRequest } from '../../chat/chat-request.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { hasKey, hasKeyInAnyCase, type Member, type ObjectSpan, scanMembers } from '../json/scan-members.ts';
import { type Edit, splice } from '../json/splice.ts';

const ASK_FOR_USAGE = '"include_usage":true';

/**
 * The client's own bytes, with nothing changed but the model's name and the wish for usage in a stream.
 * A member may stand in a body more than once, and parsers differ in which one counts (Go's even takes other letter case for
 * the same key), so all occurrences of the members on which the gateway decides get the one value it decided on.
 */
export function encodeRequest(request: ChatRequest, { row, upstreamModel }: UpstreamTarget): EncodedRequest {
  const span = scanMembers(request.bytes);
  if (span === undefined) throw new Error('the bytes of a parsed request are not a JSON object');
  const asksForUsage = request.stream && row.streamUsage && !request.includeUsage;
  const edits: Edit[] = [];
  for (const member of span.members) {
    const edit = editMember(member, { request, upstreamModel, asksForUsage });
    if (edit !== undefined) edits.push(edit);
  }
  if (asksForUsage && !span.members.some((member) => hasKeyInAnyCase(request.bytes, member, 'STREAM_OPTIONS'))) {
    edits.push({ start: span.close, end: span.close, text: `,"stream_options":{${ASK_FOR_USAGE}}` });
  }
  return { ok: true, body: splice(request.bytes, edits) };
}

type Decision = {
  readonly request: ChatRequest;
  readonly upstreamModel: string;
  readonly asksForUsage: boolean;
};

function editMember(member: Member, { request, upstreamModel, asksForUsage }: Decision): Edit | undefined {
  const { bytes } = request;
  if (hasKeyInAnyCase(bytes, member, 'MODEL')) return replaceUnlessSame(bytes, member, JSON.stringify(upstreamModel));
  if (hasKeyInAnyCase(bytes, member, 'STREAM')) return replaceUnlessSame(bytes, member, streamText(request));
  if (!hasKeyInAnyCase(bytes, member, 'STREAM_OPTIONS')) return undefined;
  if (!hasKey(bytes, member, 'stream_options')) return replaceUnlessSame(bytes, member, 'null');
  return asksForUsage ? askIn(bytes, member) : undefined;
}

/** `null` and `false` say the same, so what the client wrote for the effective value stays. */
function streamText({ body, stream }: ChatRequest): string {
  return !stream && body['stream'] === null ? 'null' : String(stream);
}

function replaceUnlessSame(bytes: Buffer, { valueStart, valueEnd }: Member, text: string): Edit | undefined {
  const isSame = bytes.toString('utf8', valueStart, valueEnd) === text;
  return isSame ? undefined : { start: valueStart, end: valueEnd, text };
}

/** Sets `include_usage` within the client's stream options and leaves the others as they are written. */
function askIn(bytes: Buffer, { valueStart, valueEnd }: Member): Edit {
  const options = scanMembers(bytes, valueStart);
  if (options === undefined) return { start: valueStart, end: valueEnd, text: `{${ASK_FOR_USAGE}}` };
  const rest = otherMembers(bytes, options);
  return { start: valueStart, end: valueEnd, text: `{${[...rest, ASK_FOR_USAGE].join(',')}}` };
}

function otherMembers(bytes: Buffer, { members }: ObjectSpan): string[] {
  return members
    .filter((member) => !hasKeyInAnyCase(bytes, member, 'INCLUDE_USAGE'))
    .map(({ keyStart, valueEnd }) => bytes.toString('utf8', keyStart, valueEnd));
}
