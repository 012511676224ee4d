import type { ControlMessage, Delta, NodeMessage } from '@tollgate/schema';
import type { NodePosition } from '../snapshot/delta.ts';

/** What a link needs of the configuration. */
export type RevisionSource = {
  /** The newest revision that was announced. */
  latest(): number;
  /** Undefined if only a snapshot leads on from there. */
  deltaFrom(position: NodePosition): Promise<Delta | undefined>;
  /** Whether the node has what was there at its revision. */
  isSound(position: NodePosition): Promise<boolean>;
};

/** What a node says of its configuration. */
type ConfigMessage = Exclude<NodeMessage, { readonly type: 'lease' | 'holders' | 'shipped' }>;

export type NodeLinkDeps = {
  readonly source: RevisionSource;
  send(message: ControlMessage): void;
  close(reason: string): void;
  onFailure(error: unknown): void;
};

export type NodeLink = {
  /** The node's first message, or its answer to what was sent. */
  receive(message: ConfigMessage): Promise<void>;
  /** Sends what is new, unless the node has not yet answered what was sent before. */
  pump(): Promise<void>;
  stop(): void;
};

type State =
  | { readonly tag: 'new' }
  /** `due` says that the node must hear something even if it is current: an answer to its hello, or 'pull'. */
  | { readonly tag: 'idle'; readonly at: NodePosition; readonly due: 'nothing' | 'anything' | 'pull' }
  | { readonly tag: 'preparing'; readonly at: NodePosition }
  | { readonly tag: 'awaiting'; readonly at: NodePosition };

const ANSWER_TIMEOUT_MS = 60_000;
/** A snapshot of a million keys takes its time. */
const PULL_TIMEOUT_MS = 600_000;
const RETRY_AFTER_NACK_MS = 5_000;

/**
 * The control plane's end of one node's link: at most one delta or pull is under way. What a node refuses is followed by a
 * pull after five seconds; a node that does not answer in time loses its link and dials again.
 */
export function createNodeLink({ source, send, close, onFailure }: NodeLinkDeps): NodeLink {
  let state: State = { tag: 'new' };
  let timer: NodeJS.Timeout | undefined;

  function later(delayMs: number, action: () => void): void {
    clearTimeout(timer);
    timer = setTimeout(action, delayMs).unref();
  }

  async function pump(): Promise<void> {
    if (state.tag !== 'idle') return;
    const { at, due } = state;
    if (due === 'nothing' && at.revision >= source.latest()) return;
    state = { tag: 'preparing', at };
    try {
      const delta = due === 'pull' ? undefined : await source.deltaFrom(at);
      state = { tag: 'awaiting', at };
      later(delta ? ANSWER_TIMEOUT_MS : PULL_TIMEOUT_MS, () => close('no answer in time'));
      send(delta ? { type: 'delta', delta } : { type: 'pull', revision: source.latest() });
    } catch (error) {
      // Postgres is away, say: the node stays where it is, and the next announcement tries again.
      state = { tag: 'idle', at, due };
      onFailure(error);
    }
  }

  async function acknowledged(at: NodePosition): Promise<void> {
    state = { tag: 'preparing', at };
    clearTimeout(timer);
    const sound = await source.isSound(at).catch(() => true);
    state = { tag: 'idle', at, due: sound ? 'nothing' : 'pull' };
    await pump();
  }

  return {
    pump,
    async receive(message) {
      switch (message.type) {
        case 'hello':
          if (state.tag !== 'new') return close('a second hello');
          state = { tag: 'idle', at: message, due: message.lacksDataKeys ? 'pull' : 'anything' };
          return pump();
        case 'ack':
          if (state.tag !== 'awaiting') return close('an answer to nothing');
          return acknowledged(message);
        case 'nack': {
          if (state.tag !== 'awaiting') return close('an answer to nothing');
          const { at } = state;
          later(RETRY_AFTER_NACK_MS, () => {
            state = { tag: 'idle', at, due: 'pull' };
            void pump();
          });
          return;
        }
        default:
          return message satisfies never;
      }
    },
    stop: () => clearTimeout(timer),
  };
}
