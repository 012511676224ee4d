import type { Upstream, UpstreamRequest } from '../upstream/upstream.ts';

/** What a provider in the hands of a test does next; what it cannot do any more has no effect. */
export const scriptedEvents = ['head', 'bytes', 'end', 'refuse', 'break'] as const;
export type ScriptedEvent = (typeof scriptedEvents)[number];

/** A call that the test answers. Its words are numbered and begin with the deployment's name, so that one can tell whose they are. */
export type ScriptedCall = {
  readonly deployment: string;
  /** Neither over nor cancelled. */
  isLive(): boolean;
  isCancelled(): boolean;
  /** A byte of a successful answer has come. */
  hasAnswered(): boolean;
  play(event: ScriptedEvent): void;
};

/** Providers that do nothing but what a test says, in the order in which it says it. */
export function createScriptedUpstream(): { readonly upstream: Upstream; readonly calls: ScriptedCall[] } {
  const calls: ScriptedCall[] = [];
  const upstream: Upstream = {
    close: async () => {},
    dispatch(request, handlers) {
      const { deployment, chat } = request;
      const pieces = chat.stream ? streamPieces(request) : wholePieces(request);
      let state: 'live' | 'over' | 'cancelled' = 'live';
      let hasHead = false;
      let hasAnswered = false;
      const isLive = () => state === 'live';

      function head(status: number): void {
        if (hasHead) return;
        hasHead = true;
        const type = chat.stream && status === 200 ? 'text/event-stream' : 'application/json';
        handlers.onHead(status, (name) => (name === 'content-type' ? type : ''));
      }

      function bytes(piece: string | undefined): void {
        if (piece === undefined || !isLive()) return;
        head(200);
        hasAnswered = true;
        handlers.onData(Buffer.from(piece));
      }

      function over(tell: () => void): void {
        if (!isLive()) return;
        state = 'over';
        tell();
      }

      const plays: Readonly<Record<ScriptedEvent, () => void>> = {
        head: () => head(200),
        bytes() {
          if (pieces.length > 1) bytes(pieces.shift());
        },
        end() {
          while (pieces.length > 0) bytes(pieces.shift());
          over(handlers.onEnd);
        },
        refuse() {
          if (hasHead) return;
          head(503);
          handlers.onData(Buffer.from('{"error":{"message":"busy","type":"x","param":null,"code":null}}'));
          over(handlers.onEnd);
        },
        break: () => over(() => handlers.onFailure({ code: 'upstream_connection_reset', message: 'gone' })),
      };
      calls.push({
        deployment: deployment.name,
        isLive,
        isCancelled: () => state === 'cancelled',
        hasAnswered: () => hasAnswered,
        play: (event) => (isLive() ? plays[event]() : undefined),
      });
      return {
        cancel() {
          if (isLive()) state = 'cancelled';
        },
        pause() {},
        resume() {},
      };
    },
  };
  return { upstream, calls };
}

const USAGE = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 };
const wordsOf = ({ deployment: { name } }: UpstreamRequest): string[] => [1, 2, 3].map((number) => `${name}${number} `);

function wholePieces(request: UpstreamRequest): string[] {
  const message = { role: 'assistant', content: wordsOf(request).join('') };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const text = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage: USAGE });
  return [text.slice(0, 20), text.slice(20, 90), text.slice(90)];
}

function streamPieces(request: UpstreamRequest): string[] {
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
  const frame = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const end = `${frame({}, 'stop')}data: ${JSON.stringify({ ...chunk, choices: [], usage: USAGE })}\n\ndata: [DONE]\n\n`;
  return [...wordsOf(request).map((content) => frame({ content }, null)), end];
}
