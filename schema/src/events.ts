import type { Specs } from './config/kinds.ts';

type Event<Type extends string, Data> = { readonly type: Type; readonly data: Data };
type NoData = Record<string, never>;

export type ProviderEvent =
  | Event<'ProviderCreated', Specs['provider']>
  | Event<'ProviderUpdated', Specs['provider']>
  | Event<'ProviderDeleted', NoData>;

export type ModelEvent =
  | Event<'ModelCreated', Specs['model']>
  | Event<'ModelUpdated', Specs['model']>
  | Event<'ModelDeleted', NoData>;

export type TeamEvent =
  | Event<'TeamCreated', Specs['team']>
  | Event<'TeamUpdated', Specs['team']>
  | Event<'TeamDeleted', NoData>;

export type VirtualKeyEvent =
  | Event<'VirtualKeyCreated', Specs['virtual-key']>
  | Event<'VirtualKeyUpdated', Specs['virtual-key']>
  | Event<'VirtualKeyDeleted', NoData>
  | Event<'VirtualKeyBlocked', NoData>
  | Event<'VirtualKeyUnblocked', NoData>;

/** Everything that can happen to the configuration; nothing else changes it. */
export type ConfigEvent = ProviderEvent | ModelEvent | TeamEvent | VirtualKeyEvent;
