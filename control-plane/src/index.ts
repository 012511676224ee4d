export { type ControlPlane, type ControlPlaneConfig, createControlPlane } from './control-plane.ts';
export { createDatabase, type Database } from './database/database.ts';
export { readAll } from './event-store/read-events.ts';
export { verifyLog } from './event-store/verify-log.ts';
export { checksumOfLog } from './projection/checksum-of-log.ts';
