import { type ParsedQuotaId, parseMoney, parseQuotaId } from '@tollgate/schema';
import { type Command, Option } from 'commander';
import { type Corrected, requestAdjustment, requestRelease, requestReset } from '../api/quota-corrections.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { confirm } from '../planning/confirm.ts';
import { printable } from '../rendering/printable.ts';
import { bigintsToText, renderQuotas } from '../rendering/quotas.ts';
import { userError } from '../user-error.ts';
import { checkJsonNeedsYes } from './yes-option.ts';

type Options = { readonly reason: string; readonly yes?: true; readonly json?: true };
type AdjustOptions = Options & { readonly give?: string; readonly take?: string };

/** What is done to quotas beside their declaration: each is an event, and asks before it is done. */
export function addQuotaCorrections(quotas: Command, context: CommandContext): void {
  addAsking(quotas.command('adjust'), 'give room of the current window back, or take some')
    .argument('<id>', 'of the quota; `tollgate quotas` lists them')
    .addOption(new Option('--give <amount>', 'such as "5 USD", or 100 tokens or requests').conflicts('take'))
    .option('--take <amount>', 'the same, the other way')
    .action(async (id: string, options: AdjustOptions) => context.exitWith(await adjust(id, options, context)));
  addAsking(quotas.command('reset'), 'count nothing of what was settled in the current window')
    .argument('<id>', 'of the quota; `tollgate quotas` lists them')
    .action(async (id: string, options: Options) => context.exitWith(await reset(id, options, context)));
  addAsking(quotas.command('release'), 'give back what a node holds that will not come back')
    .argument('<node>', 'its id; `tollgate nodes` lists them')
    .action(async (nodeId: string, options: Options) => context.exitWith(await release(nodeId, options, context)));
}

const addAsking = (command: Command, description: string): Command =>
  command
    .description(description)
    .requiredOption('--reason <text>', 'why, for the history')
    .option('--yes', 'do not ask')
    .option('--json', 'print the outcome as JSON; needs --yes');

async function adjust(id: string, options: AdjustOptions, context: CommandContext): Promise<number> {
  const parsed = parseId(id);
  const { give, take } = options;
  const text = give ?? take;
  if (text === undefined) throw userError('adjust needs --give or --take with an amount');
  const amount = parseAmount(text, parsed);
  const question = `${give === undefined ? 'Take' : 'Give back'} ${text} of ${id}?`;
  const correct = (idempotencyKey: string) =>
    requestAdjustment(connect(context), id, give === undefined ? -amount : amount, {
      reason: options.reason,
      idempotencyKey,
    });
  return correctQuota(question, correct, options, context);
}

async function reset(id: string, options: Options, context: CommandContext): Promise<number> {
  parseId(id);
  const correct = (idempotencyKey: string) =>
    requestReset(connect(context), id, { reason: options.reason, idempotencyKey });
  return correctQuota(`Count nothing of what ${id} has settled?`, correct, options, context);
}

async function correctQuota(
  question: string,
  correct: (idempotencyKey: string) => Promise<Corrected>,
  options: Options,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  checkJsonNeedsYes(options);
  if (!options.yes && !(await confirm(printable(question), context))) return 1;
  const done = await correct(context.newId());
  if (options.json) printJson(terminal, bigintsToText(done));
  else terminal.print(`${renderQuotas([done.quota])}\n(revision ${done.revision})`);
  return 0;
}

async function release(nodeId: string, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  checkJsonNeedsYes(options);
  const question = `Give back what node ${printable(nodeId)} holds? Only if it will not come back.`;
  if (!options.yes && !(await confirm(question, context))) return 1;
  const { holders, revision } = await requestRelease(connect(context), nodeId, options.reason);
  if (options.json) printJson(terminal, { holders, revision });
  else if (holders.length === 0) terminal.print(`Node ${printable(nodeId)} held nothing`);
  else terminal.print(`Given back what ${holders.length} run(s) of the node held (revision ${revision})`);
  return 0;
}

function parseId(id: string): ParsedQuotaId {
  const parsed = parseQuotaId(id);
  if (parsed) return parsed;
  throw userError(
    `${printable(id)} is no quota's id; they are such as team:search#nano_usd/day, see \`tollgate quotas\``,
  );
}

/** Money with its currency, all else a whole number, with the unit's name or without. */
function parseAmount(text: string, { terms: { unit } }: ParsedQuotaId): bigint {
  const isMoney = unit === 'nano_usd';
  const whole = /^(\d{1,15})(?: ([a-z]+))?$/.exec(text);
  const amount = isMoney ? parseMoney(text) : whole && (whole[2] ?? unit) === unit ? Number(whole[1]) : undefined;
  if (amount !== undefined && amount > 0) return BigInt(amount);
  const right = isMoney ? 'such as "5 USD"' : `a whole number of ${unit} above 0`;
  throw userError(`${printable(text)} is no amount of this quota; it should be ${right}`);
}
