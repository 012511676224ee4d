import { findFreePort } from '@tollgate/stack';

/** Where each process listens; the same over all its lives. */
export type Ports = {
  readonly postgres: number;
  readonly clickHouse: number;
  readonly control: number;
  readonly analytics: number;
  readonly gateway: number;
};

export async function findPorts(): Promise<Ports> {
  const [postgres, clickHouse, control, analytics, gateway] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  return { postgres, clickHouse, control, analytics, gateway };
}
