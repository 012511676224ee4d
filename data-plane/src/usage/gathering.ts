import { gatherSegments } from './gather-segments.ts';

/** Folders of processes that outlived their supervisor are looked at again this often. */
const AGAIN_MS = 1_000;

export type Gathering = {
  /** Takes over what processes that are gone left, now; later again, as long as some folder is held by one that runs. */
  gather(): Promise<void>;
  /** Called with the bytes that were moved into the target. */
  onMoved(listener: (bytes: number) => void): void;
  stop(): void;
};

/** `target` is where to, or undefined while there is nobody to ship what is gathered. */
export function createGathering(options: {
  readonly root: string;
  readonly target: () => string | undefined;
  readonly isInUse?: (name: string) => boolean;
}): Gathering {
  let listener: (bytes: number) => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  /** One after the other. */
  let last = Promise.resolve();

  async function once(): Promise<void> {
    const target = options.target();
    if (target === undefined) return;
    const { bytes, isHeldElsewhere } = await gatherSegments({ ...options, target });
    if (bytes > 0) listener(bytes);
    clearTimeout(timer);
    if (isHeldElsewhere) timer = setTimeout(() => void gather(), AGAIN_MS).unref();
  }

  function gather(): Promise<void> {
    last = last.then(once);
    return last;
  }

  return {
    gather,
    onMoved(added) {
      listener = added;
    },
    stop: () => clearTimeout(timer),
  };
}
