import type { ConfigEntry, ConfigMap, ConfigNode, ConfigPlace } from '../source/config-node.ts';
import { MERGE_KEY } from '../source/config-node.ts';
import { combine, differs, holds, unknownKey, type Verdict, type VerdictKind } from './verdict.ts';

/** What became of one key. */
export type ReportLine = ConfigPlace & {
  readonly path: string;
  readonly verdict: VerdictKind;
  readonly message: string;
};

/** Collects what becomes of each key while the configuration is converted. */
export type Report = {
  /** Judges a key, and with it all that stands in it and is not judged by itself. */
  say(entry: ConfigEntry, verdict: Verdict): void;
  /** Judges a key alone: what stands in it has to be judged by itself, else it is unknown. */
  open(entry: ConfigEntry, verdict: Verdict): void;
  /** Judges a key, with all that stands in it, unless something else is said of it, before or later. */
  otherwise(entry: ConfigEntry, verdict: Verdict): void;
  /** Every key of the files, each once, in the order of the files. */
  lines(roots: readonly ConfigMap[]): readonly ReportLine[];
};

type Judged = { readonly verdicts: readonly Verdict[]; readonly isOpen: boolean };

const UNKNOWN = unknownKey('neither LiteLLM’s documentation nor this importer knows it');

export function createReport(): Report {
  const judged = new Map<ConfigEntry, Judged>();
  const defaults = new Map<ConfigEntry, Judged>();
  return {
    say: (entry, verdict) => judge(entry, verdict, false),
    open: (entry, verdict) => judge(entry, verdict, true),
    otherwise: (entry, verdict) => void defaults.set(entry, { verdicts: [verdict], isOpen: false }),
    lines: (roots) => roots.flatMap((root) => linesOf(root, new Map([...defaults, ...judged]))),
  };

  function judge(entry: ConfigEntry, verdict: Verdict, isOpen: boolean): void {
    const earlier = judged.get(entry);
    const verdicts = [...(earlier?.verdicts ?? []), verdict];
    judged.set(entry, { verdicts, isOpen: isOpen && (earlier?.isOpen ?? true) });
  }
}

function linesOf(root: ConfigMap, judged: ReadonlyMap<ConfigEntry, Judged>): readonly ReportLine[] {
  const lines: ReportLine[] = [];
  const seen = new Set<ConfigNode>();
  walk(root, undefined);
  return lines.sort((a, b) => a.line - b.line || a.column - b.column);

  function walk(node: ConfigNode, inherited: Verdict | undefined): void {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') for (const item of node.items) walk(item, inherited);
    if (node.kind !== 'map') return;
    for (const entry of node.entries) {
      const own = judged.get(entry);
      const verdict = combine(own?.verdicts ?? []) ?? inherited ?? unjudged(entry, node);
      lines.push({ ...entry.place, path: entry.path, verdict: verdict.kind, message: verdict.message });
      const isOpen = own ? own.isOpen : inherited === undefined && entry.supersededAt === undefined;
      walk(entry.value, isOpen ? undefined : { kind: verdict.kind, message: `goes with line ${entry.place.line}` });
    }
  }
}

function unjudged(entry: ConfigEntry, within: ConfigMap): Verdict {
  if (entry.name === MERGE_KEY && within.merged.length > 0) return holds('taken in where it stands');
  if (entry.supersededAt) return differs(`is given again in line ${entry.supersededAt.line}, which LiteLLM takes`);
  if (entry.value.kind === 'map' && entry.value.isAnchored) return holds('is used through its alias');
  return within.isAnchored ? differs('each alias of this map has a key of its own in its place') : UNKNOWN;
}
