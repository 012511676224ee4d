import type { Conversion } from '../conversion.ts';
import { maps, notSupported } from '../report/verdict.ts';
import { textsOf } from '../source/scalars.ts';
import type { ImportedDeployment } from './import-models.ts';

/** Declares the access groups that models name in `model_info.access_groups`. */
export function importAccessGroups(deployments: readonly ImportedDeployment[], { document, report }: Conversion): void {
  const members = new Map<string, Set<string>>();
  for (const { model, candidate } of deployments)
    for (const group of textsOf(candidate.entry.info.get('access_groups')?.value))
      members.set(group, (members.get(group) ?? new Set()).add(model));
  const refusals = new Map(
    [...members].map(([name, models]) => [name, document.put('accessGroups', name, { models: [...models] })]),
  );
  for (const { candidate } of deployments) {
    const entry = candidate.entry.info.get('access_groups');
    const names = textsOf(entry?.value);
    const refusal = names.flatMap((name) => refusals.get(name) ?? [])[0];
    if (entry && names.length > 0)
      report.say(entry, refusal === undefined ? maps(`accessGroups.${names.join(', ')}`) : notSupported(refusal));
  }
}
