export { type ControlPlane, type ControlPlaneConfig, createControlPlane } from './control-plane.ts';
export { createDatabase, type Database } from './database/database.ts';
export { verifyChain } from './event-store/hash-chain.ts';
export { readAll } from './event-store/read-events.ts';
