import type { Exchange } from '../load/exchange.ts';

/** A row of the table `usage`, as far as the books need it. */
export type UsageRow = {
  readonly id: string;
  readonly model: string;
  readonly startedAtMs: number;
  readonly status: number;
  readonly cause: string;
};

/** What clients saw against what is stored. */
export type Balance = {
  readonly answered: number;
  readonly refused: number;
  readonly broken: number;
  readonly rows: number;
  /** Rows of requests whose connection broke. */
  readonly interrupted: number;
  /** Ids of answers that arrived whole and have no row. */
  readonly missing: readonly string[];
  /** Ids with more than one row. */
  readonly doubled: readonly string[];
  /** Ids of rows that belong neither to an answer that arrived nor to a connection that broke. */
  readonly unexplained: readonly string[];
  /** Why answers were no HTTP. */
  readonly malformed: readonly string[];
  /** Ids of rows whose status is not the one the client got. */
  readonly contradicted: readonly string[];
};

/** Nothing missing, nothing twice, nothing invented, nothing garbled. */
export const IN_BALANCE = { missing: [], doubled: [], unexplained: [], malformed: [], contradicted: [] } as const;

type Answered = Extract<Exchange['outcome'], { type: 'answered' }>;

export function balance(exchanges: readonly Exchange[], rows: readonly UsageRow[]): Balance {
  const answers = new Map<string, Answered>();
  for (const { outcome } of exchanges) if (outcome.type === 'answered') answers.set(outcome.id, outcome);
  const broken = exchanges.filter(({ outcome }) => outcome.type === 'broken');
  const byId = new Map(rows.map((row) => [row.id, row]));
  const others = [...byId.values()].filter(({ id }) => !answers.has(id));
  const unexplained = unexplainedRows(others, broken);
  return {
    answered: answers.size,
    refused: exchanges.filter(({ outcome }) => outcome.type === 'refused').length,
    broken: broken.length,
    rows: rows.length,
    interrupted: others.length - unexplained.length,
    missing: [...answers.keys()].filter((id) => !byId.has(id)),
    doubled: doubledIds(rows),
    unexplained: unexplained.map(({ id }) => id),
    malformed: exchanges.flatMap(({ outcome }) => (outcome.type === 'malformed' ? [outcome.reason] : [])),
    contradicted: [...answers.values()].flatMap(({ id, status }) => {
      const row = byId.get(id);
      return row === undefined || row.status === status ? [] : [id];
    }),
  };
}

function doubledIds(rows: readonly UsageRow[]): string[] {
  const seen = new Set<string>();
  return rows.filter(({ id }) => seen.size === seen.add(id).size).map(({ id }) => id);
}

/** A row is explained by a broken exchange of its connection that was under way when it started; each explains one row. */
function unexplainedRows(rows: readonly UsageRow[], broken: readonly Exchange[]): UsageRow[] {
  const left = new Set(broken);
  return rows.filter((row) => {
    for (const exchange of left) {
      if (!explains(exchange, row)) continue;
      left.delete(exchange);
      return false;
    }
    return true;
  });
}

function explains({ model, sentAtMs, endedAtMs, outcome }: Exchange, row: UsageRow): boolean {
  const id = outcome.type === 'broken' ? outcome.id : undefined;
  if (id !== undefined) return id === row.id;
  return model === row.model && sentAtMs <= row.startedAtMs && row.startedAtMs <= endedAtMs;
}
