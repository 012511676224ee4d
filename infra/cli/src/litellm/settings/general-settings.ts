import { generalSettings } from './general-settings.table.ts';
import { importMasterKey } from './import-master-key.ts';
import { importPassThrough } from './import-pass-through.ts';
import { type Handler, type Handlers, judgeSection } from './judge-section.ts';
import { OPENING, type SettingsContext } from './settings-context.ts';

export function importGeneralSettings(context: SettingsContext): void {
  const { sections, report } = context;
  importMasterKey(context);
  const handlers: Handlers = new Map<string, Handler>([
    // Both are judged together, by what imports the key.
    ['master_key', () => {}],
    ['allowed_ips', () => {}],
    ['pass_through_endpoints', (entry) => importPassThrough(entry, context)],
  ]);
  judgeSection(sections.byName.get('general_settings'), { opening: OPENING, table: generalSettings, handlers }, report);
}
