import { gatherSegments } from './gather-segments.ts';

/** Folders of processes that outlived their supervisor are looked at again this often. */
const AGAIN_MS = 1_000;

export type Gathering = {
  /**
   * Takes over what processes that are gone left, now; later again, as long as some folder is held by one that runs, or could not be taken
   * over.
   */
  gather(): Promise<void>;
  /** Runs of processes that outlived their supervisor, when it was last looked for them. */
  heldElsewhere(): readonly string[];
  /** Called whenever it was gathered, with the bytes that were moved into the target. */
  onGathered(listener: (bytes: number, target: string) => void): void;
  stop(): void;
};

/** `target` is where to, or undefined while there is nobody to ship what is gathered. */
export function createGathering(options: {
  readonly root: string;
  readonly target: () => string | undefined;
  readonly isInUse?: (name: string) => boolean;
  readonly log: { error(details: object, message: string): void };
}): Gathering {
  let listener: (bytes: number, target: string) => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  let heldElsewhere: readonly string[] = [];
  /** One after the other. */
  let last = Promise.resolve();

  async function once(): Promise<void> {
    const target = options.target();
    if (target === undefined) return;
    const gathered = await gatherSegments({ ...options, target });
    heldElsewhere = gathered.heldElsewhere;
    listener(gathered.bytes, target);
    if (heldElsewhere.length > 0) again();
  }

  function again(): void {
    clearTimeout(timer);
    timer = setTimeout(gather, AGAIN_MS).unref();
  }

  function gather(): Promise<void> {
    last = last.then(once).catch((error: unknown) => {
      options.log.error({ error: String(error) }, 'a spool could not be taken over; trying again');
      again();
    });
    return last;
  }

  return {
    gather,
    heldElsewhere: () => heldElsewhere,
    onGathered(added) {
      listener = added;
    },
    stop: () => clearTimeout(timer),
  };
}
