/** Runs a benchmark as a command: prints how it is used if that is asked for, and says in one line why it failed. */
export async function runCommand<Options extends object>(command: {
  readonly usage: string;
  readonly parse: (args: readonly string[]) => Options | 'help';
  readonly run: (options: Options) => Promise<void>;
  readonly say: (line: string) => void;
}): Promise<void> {
  try {
    const options = command.parse(process.argv.slice(2));
    if (options === 'help') process.stdout.write(`${command.usage}\n`);
    else await command.run(options);
  } catch (error) {
    command.say(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** Has a benchmark that is interrupted stop what it started. */
export function stopOnInterrupt(stop: () => Promise<void>): void {
  const onInterrupt = (): void => {
    stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
}
