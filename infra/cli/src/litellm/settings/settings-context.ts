import type { Conversion } from '../conversion.ts';
import type { RoutingSettings } from '../models/group.ts';
import type { ImportedDeployment } from '../models/import-models.ts';
import { holds } from '../report/verdict.ts';

/** Settings are judged when the models are declared: aliases and budgets are of those. */
export type SettingsContext = Conversion & {
  readonly settings: RoutingSettings;
  readonly deployments: readonly ImportedDeployment[];
};

/** What is said of a section of settings itself. */
export const OPENING = holds('see its keys');
