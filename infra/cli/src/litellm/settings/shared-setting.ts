import type { Conversion } from '../conversion.ts';
import { type ConfigEntry, fieldsOf } from '../source/config-node.ts';
import { isNothing } from '../source/scalars.ts';

/** What counts of a setting that both sections can have: that of `router_settings`, else that of `litellm_settings`. */
export function countingSetting({ sections }: Pick<Conversion, 'sections'>, name: string): ConfigEntry | undefined {
  const given = ['router_settings', 'litellm_settings'].map((section) =>
    fieldsOf(sections.byName.get(section)?.value).get(name),
  );
  return given.find((entry) => entry !== undefined && !isNothing(entry.value));
}
