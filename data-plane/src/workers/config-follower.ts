import type { Keyring } from '@tollgate/schema';
import type { ConfigStore } from '../config/config-store.ts';
import { createDiskCopy, type DiskCopy } from '../config/disk-copy.ts';
import type { ConfigOrder, Standing } from './messages.ts';

export type ConfigFollower = {
  /** Of the worker's store. */
  readonly disk: DiskCopy;
  /** @returns what the worker enforces then */
  follow(config: ConfigStore, order: ConfigOrder): Promise<Standing>;
};

/** The disk copy is written by the supervisor; a worker may put it in order when it is the first to read it. */
export function createConfigFollower(
  folder: string,
  keyring: Keyring,
  log: { warn(details: object, message: string): void },
): ConfigFollower {
  let mayFold = false;
  const disk: DiskCopy = {
    ...createDiskCopy(folder, keyring, log, { isReadOnly: () => !mayFold }),
    append: async () => {},
  };
  return {
    disk,
    async follow(config, order) {
      if (order.type === 'delta') {
        const adoption = await config.adoptDelta(order.delta);
        if (!adoption.ok) return adoption;
      } else if (order.type === 'catch-up') {
        await config.catchUpFromDisk();
      } else {
        mayFold = order.mayFold;
        await config.loadFromDisk();
        mayFold = false;
      }
      return { ok: true, revision: config.revision(), checksum: config.checksum(), unopened: config.unopened() };
    },
  };
}
