import type { Conversion } from './conversion.ts';
import { differs, holds, maps, notSupported } from './report/verdict.ts';
import { type Fields, fieldsOf, itemsOf, NO_FIELDS } from './source/config-node.ts';
import { textOf } from './source/scalars.ts';

/** The parameters of each named credential. */
export type Credentials = {
  find(name: string | undefined): Fields;
};

/** Reads `credential_list`. Its values are judged by the models that use them. */
export function readCredentials({ sections, report }: Conversion): Credentials {
  const section = sections.byName.get('credential_list');
  const byName = new Map<string, Fields>();
  for (const entry of section?.entries ?? []) report.open(entry, maps('providers'));
  for (const item of itemsOf(section?.value)) {
    const fields = fieldsOf(item);
    const name = fields.get('credential_name');
    const values = fields.get('credential_values');
    const info = fields.get('credential_info');
    if (name) report.say(name, maps('names of providers'));
    if (info) report.say(info, notSupported('notes about a credential: write `description` of the provider'));
    if (values) report.open(values, holds('goes to the providers of the models that name it'));
    for (const value of fieldsOf(values?.value).values())
      report.otherwise(value, differs('no model takes it from here: an import declares what models use'));
    byName.set(textOf(name?.value) ?? '', fieldsOf(values?.value));
  }
  return { find: (name) => byName.get(name ?? '') ?? NO_FIELDS };
}
