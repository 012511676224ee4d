import type { Report } from '../report/report.ts';
import { maps, notSupported } from '../report/verdict.ts';
import { type ConfigMap, type Fields, fieldsOf, itemsOf } from '../source/config-node.ts';
import { textOf } from '../source/scalars.ts';
import type { Section } from '../source/sections.ts';

/** One item of `model_list`. */
export type ModelEntry = {
  readonly publicName: string;
  readonly fields: Fields;
  readonly params: Fields;
  readonly info: Fields;
};

/** Reads `model_list`; an item that LiteLLM could not use either is left out. */
export function readModelEntries(section: Section | undefined, report: Report): readonly ModelEntry[] {
  for (const entry of section?.entries ?? []) report.open(entry, maps('providers and models'));
  return itemsOf(section?.value).flatMap((item) => (item.kind === 'map' ? readItem(item, report) : []));
}

function readItem(item: ConfigMap, report: Report): readonly ModelEntry[] {
  const fields = fieldsOf(item);
  const publicName = textOf(fields.get('model_name')?.value);
  const params = fieldsOf(fields.get('litellm_params')?.value);
  const info = fieldsOf(fields.get('model_info')?.value);
  if (publicName !== undefined && params.has('model')) return [{ publicName, fields, params, info }];
  for (const entry of fields.values())
    report.say(entry, notSupported('left out: a model needs model_name and litellm_params.model'));
  return [];
}
