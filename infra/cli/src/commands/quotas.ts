import { type EntityKind, isEntityKind, quotaKinds } from '@tollgate/schema';
import { Argument, type Command } from 'commander';
import { requestQuotas } from '../api/quotas.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { bigintsToText, renderQuotas } from '../rendering/quotas.ts';
import { userError } from '../user-error.ts';
import { limitOption } from './limit-option.ts';
import { addQuotaCorrections } from './quota-corrections.ts';

const LIMIT_DEFAULT = 1_000;

type Options = { readonly json?: true; readonly limit: number };

export function addQuotasCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const quotas = program
    .command('quotas')
    .description('list budgets and rate limits with what is used, leased and left of them now; adjust, reset, release')
    .addArgument(new Argument('[owner]', 'only those of an entity, such as team:search or key:search-prod'))
    .addOption(limitOption(LIMIT_DEFAULT))
    .option('--json', 'print them as JSON')
    .action(async (owner: string | undefined, { json, limit }: Options) => {
      const entity = owner === undefined ? undefined : parseOwner(owner);
      const { nodes: listed, hasMore } = await requestQuotas(connect(context), entity, limit);
      if (json) printJson(terminal, bigintsToText({ quotas: listed, hasMore }));
      else terminal.print(renderQuotas(listed));
      if (hasMore) terminal.complain(`There are more than ${limit} quotas; --limit shows more of them`);
    });
  addQuotaCorrections(quotas, context);
}

/** Documents and people say `key` for a virtual key. */
function parseOwner(text: string): { readonly kind: EntityKind; readonly name: string } {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(0, colon)) === 'key' ? 'virtual-key' : text.slice(0, Math.max(0, colon));
  if (isEntityKind(kind) && quotaKinds.includes(kind)) return { kind, name: text.slice(colon + 1) };
  throw userError(`${text} names no entity with quotas; write its kind and name, such as team:search`);
}
