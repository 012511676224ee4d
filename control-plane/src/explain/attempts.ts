import type { AttemptDetail, RoutingChoice, UsageRecord } from '@tollgate/schema';

/** A call to a provider, as the record tells of it. */
export type Attempt = Omit<AttemptDetail, 'startedUs'> & {
  /** From 1. */
  readonly number: number;
  /** The model of the configuration whose deployment was called; `model` is its public name. */
  readonly servedModel: string;
  /** Null of the only one of a request, which is not recorded by itself. */
  readonly startedUs: number | null;
  /** Since the one before ended. */
  readonly waitedUs: number;
  /** Undefined if there was one candidate, and none was passed over. */
  readonly choice: RoutingChoice | undefined;
};

/** All attempts of a request, in turn. */
export function attemptsOf(record: UsageRecord): readonly Attempt[] {
  const { attemptDetails = [], choices = [] } = record;
  const choiceOf = (number: number) => choices.find(({ attempt }) => attempt === number);
  if (attemptDetails.length === 0) return [onlyAttemptOf(record, choiceOf(1))];
  return attemptDetails.map((detail, index): Attempt => {
    const before = attemptDetails[index - 1];
    const choice = choiceOf(index + 1);
    return {
      ...detail,
      number: index + 1,
      servedModel: choice?.model ?? servedModelOf(record, detail.model),
      waitedUs: before === undefined ? 0 : Math.max(0, detail.startedUs - before.startedUs - before.durationUs),
      choice,
    };
  });
}

function onlyAttemptOf(record: UsageRecord, choice: RoutingChoice | undefined): Attempt {
  const { model, deployment, providerName, upstreamModel, cause, status, errorCode } = record;
  const servedModel = choice?.model ?? servedModelOf(record, model);
  return {
    number: 1,
    servedModel,
    // A fallback goes by its own name from the start.
    model: servedModel === servedModelOf(record, model) ? model : servedModel,
    deployment,
    providerName,
    upstreamModel,
    reason: 'first',
    cause,
    status,
    errorCode,
    startedUs: null,
    durationUs: Math.max(0, record.totalUs - record.overheadUs),
    waitedUs: 0,
    tokensInput: record.tokensInput,
    tokensOutput: record.tokensOutput,
    costNanoUsd: record.costNanoUsd,
    choice,
  };
}

/** The model of the configuration that a public name of a record means. */
export const servedModelOf = (record: UsageRecord, model: string): string =>
  model === record.model ? record.servedModel || model : model;
