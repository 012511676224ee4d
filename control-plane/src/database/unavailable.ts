/**
 * SQLSTATE classes and codes of Node that say 'not now': the connection failed, the server starts or stops, it is full, or a
 * statement waited too long, as commits do while another replica makes the projections anew.
 */
const UNAVAILABLE_CODES = /^(08...|57P0[1-3]|57014|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN)$/;
/** `pg` gives these no code. */
const UNAVAILABLE_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether an error means that Postgres cannot be reached for now, so that trying again later makes sense. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return UNAVAILABLE_CODES.test(code) || UNAVAILABLE_MESSAGES.test(error.message);
}
