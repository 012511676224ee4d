import type { SlotCorrection } from './place-correction.ts';

/** What an operator did to a quota; its stream is `quota:` with the quota's id. */
export type QuotaEvent =
  | {
      readonly type: 'QuotaAdjusted';
      /** `amount` is as it was asked for: positive gives room back. The slots have what was added to what they have settled. */
      readonly data: { readonly amount: number; readonly slots: readonly SlotCorrection[] };
    }
  | { readonly type: 'QuotaReset'; readonly data: { readonly slots: readonly SlotCorrection[] } };

export const quotaStream = (id: string): string => `quota:${id}`;
