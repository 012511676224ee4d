import { canonicalJson, type Json } from '@tollgate/schema';

/** Whether two declarations or states say the same. */
export const isSameJson = (one: object, other: object): boolean =>
  canonicalJson(one as Json) === canonicalJson(other as Json);
