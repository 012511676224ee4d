export { runCli } from './run-cli.ts';
export { createTerminal, type Terminal } from './terminal.ts';
