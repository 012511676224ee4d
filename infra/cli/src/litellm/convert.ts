import type { Conversion } from './conversion.ts';
import { readCredentials } from './credential-list.ts';
import { createDocumentBuilder, type Declaration } from './document/document-builder.ts';
import { environmentOf, judgeEnvironment } from './environment-variables.ts';
import { importAccessGroups } from './models/access-groups.ts';
import { importModels } from './models/import-models.ts';
import { createProviders } from './models/providers.ts';
import { createReport, type ReportLine } from './report/report.ts';
import { differs, holds } from './report/verdict.ts';
import { unknownAmong, verdictFor } from './report/verdict-table.ts';
import { importGeneralSettings } from './settings/general-settings.ts';
import { importFallbacks } from './settings/import-fallbacks.ts';
import { importLitellmSettings } from './settings/litellm-settings.ts';
import { otherSections } from './settings/other-sections.table.ts';
import { importRouterSettings } from './settings/router-settings.ts';
import { readRoutingSettings } from './settings/routing-settings.ts';
import type { ConfigMap } from './source/config-node.ts';
import { variablesIn } from './source/environment-reference.ts';
import { mergeSections } from './source/sections.ts';

export type Converted = {
  /** A config document as a plain value; it holds no secret. */
  readonly document: Declaration;
  /** Every key of the input, in the order of its files. */
  readonly lines: readonly ReportLine[];
};

/** Sections that are converted one by one. */
const SECTIONS = ['model_list', 'litellm_settings', 'router_settings', 'general_settings', 'credential_list'] as const;

/**
 * Converts a LiteLLM configuration to a config document, and says of each of its keys what became of it.
 * @param roots the configuration, and behind it the files that it includes
 * @param environment for values that are no secrets but are read from a variable, as an address can be
 */
export function convertLitellm(
  roots: readonly ConfigMap[],
  environment: Readonly<Record<string, string | undefined>>,
): Converted {
  const [sections, document, report] = [mergeSections(roots), createDocumentBuilder(), createReport()];
  const variables = environmentOf(sections);
  const lookup = (name: string): string | undefined =>
    (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? variables.get(name);
  const conversion: Conversion = { sections, document, report, lookup };
  const settings = readRoutingSettings(conversion);
  const credentials = readCredentials(conversion);
  const providers = createProviders(document, variablesIn(roots));
  const deployments = importModels({ ...conversion, settings, credentials, providers });
  importAccessGroups(deployments, conversion);
  for (const importSettings of [importFallbacks, importLitellmSettings, importRouterSettings, importGeneralSettings])
    importSettings({ ...conversion, settings, deployments });
  judgeEnvironment(conversion);
  judgeOtherSections(conversion);
  return { document: document.value(), lines: report.lines(roots) };
}

function judgeOtherSections({ sections, report }: Conversion): void {
  for (const { entry, by } of sections.replaced)
    report.say(entry, differs(`is replaced as a whole by that of ${by.place.file}, line ${by.place.line}`));
  const converted: ReadonlySet<string> = new Set([...SECTIONS, 'environment_variables']);
  for (const [name, { entries }] of sections.byName) {
    if (converted.has(name)) continue;
    const isAnchor = entries.some(({ value }) => value.kind === 'map' && value.isAnchored);
    const verdict = name === 'include' ? holds('these files are taken in') : verdictFor(otherSections, name);
    for (const entry of entries) {
      if (verdict) report.say(entry, verdict);
      else if (!isAnchor)
        report.open(entry, unknownAmong(name, [...converted, 'include', ...Object.keys(otherSections)]));
    }
  }
}
