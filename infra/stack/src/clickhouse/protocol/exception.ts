/** A failure as ClickHouse tells it. `message` is `Code: N. DB::Exception: … (NAME)`, what its clients parse. */
export interface Exception {
  readonly code: number;
  readonly message: string;
}

/** The exceptions this server raises by itself; names and numbers are ClickHouse's (src/Common/ErrorCodes.cpp). */
const OWN_CODES = {
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  BAD_ARGUMENTS: 36,
  INCORRECT_DATA: 117,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  QUERY_IS_TOO_LARGE: 229,
  AUTHENTICATION_FAILED: 516,
} as const;

export type OwnException = keyof typeof OWN_CODES;

export function exception(name: OwnException, text: string): Exception {
  const code = OWN_CODES[name];
  return { code, message: `Code: ${code}. DB::Exception: ${text} (${name})` };
}

/** Reads the code out of what the engine says; 1002 (UNKNOWN_EXCEPTION) if it says none. */
export function toException(engineMessage: string): Exception {
  const code = /Code: (\d+)\./.exec(engineMessage)?.[1];
  if (code !== undefined) return { code: Number(code), message: engineMessage };
  return { code: 1002, message: `Code: 1002. DB::Exception: ${engineMessage} (UNKNOWN_EXCEPTION)` };
}

/** The HTTP status ClickHouse gives an exception (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp); 500 for the rest. */
const STATUS_OF_CODE: ReadonlyMap<number, number> = new Map(
  Object.entries({
    400: [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676],
    401: [194],
    403: [192, 193, 497, 512, 516],
    404: [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511],
    408: [159],
    413: [229],
    501: [48],
    503: [76, 209, 439],
  }).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
);

export function statusOf(raised: Exception): number {
  return STATUS_OF_CODE.get(raised.code) ?? 500;
}
