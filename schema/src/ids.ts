import { v7 } from 'uuid';

/** Makes a time-ordered unique id (UUID version 7). */
export const newId = (): string => v7();

/** The public form of a request's id: `req_` and the 32 hexadecimal digits of a UUID version 7. */
export const newRequestId = (): string => `req_${v7().replaceAll('-', '')}`;
