export { type ControlPlane, type ControlPlaneConfig, createControlPlane } from './control-plane.ts';
export { createDatabase, type Database } from './database/database.ts';
export { readAll } from './event-store/read-events.ts';
export { verifyLog } from './event-store/verify-log.ts';
export { checksumOfLog } from './projection/checksum-of-log.ts';
export { createCalendar } from './quota/calendar.ts';
export type { CountedSpan, HolderTally, LeaseStore, LeaseTransaction, SlotGrant } from './quota/lease-store.ts';
export { createPostgresLeaseStore, RECALL_CHANNEL } from './quota/postgres-lease-store.ts';
export { createQuotaAuthority, type QuotaAuthority } from './quota/quota-authority.ts';
