import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentFile, type ParsedDocument, parseDocument } from '@tollgate/schema';
import { codeOf } from '../api/graphql-client.ts';
import { userError } from '../user-error.ts';

/** The control plane takes no more than that in one change set. */
const FILE_BYTES_MAX = 5_000_000;
const FILES_MAX = 1_000;
const DOCUMENT_FILE = /\.(ya?ml|json)$/i;

/**
 * Reads and parses a document.
 * @throws UserError if a file cannot be read; what is wrong within them is in the document's `problems`.
 */
export async function loadDocument(paths: readonly string[]): Promise<ParsedDocument> {
  return parseDocument(await readDocumentFiles(paths));
}

/**
 * Reads the given files, and of the given folders all `.yaml`, `.yml` and `.json` files in the order of their names, without
 * folders in them.
 * @throws UserError if one cannot be read
 */
export async function readDocumentFiles(paths: readonly string[]): Promise<readonly DocumentFile[]> {
  const files = (await Promise.all(paths.map(listFiles))).flat();
  if (files.length > FILES_MAX) throw userError(`a document has at most ${FILES_MAX} files; these are ${files.length}`);
  return Promise.all(files.map(async (path) => ({ path, text: await readTextFile(path) })));
}

async function listFiles(path: string): Promise<readonly string[]> {
  const isFolder = await readable(path, async () => (await stat(path)).isDirectory());
  if (!isFolder) return [path];
  const names = (await readable(path, () => readdir(path))).filter((name) => DOCUMENT_FILE.test(name));
  if (names.length === 0) throw userError(`the folder ${path} has no .yaml, .yml or .json file`);
  return names.sort().map((name) => join(path, name));
}

/** @throws UserError if it cannot be read, is too large or is no text */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readable(path, () => readFile(path));
  if (bytes.length > FILE_BYTES_MAX)
    throw userError(`${path} has ${bytes.length} bytes; at most ${FILE_BYTES_MAX} are read: split the document`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw userError(`${path} is not UTF-8 text`);
  }
}

async function readable<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw userError(`cannot read ${path} (${codeOf(error)})`);
  }
}
