import type { Upcasters } from './upcast.ts';

/** No type has changed its form yet: every event has form 1. */
export const upcasters: Upcasters = Object.freeze({});
