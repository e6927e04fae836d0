import { thisMachine } from './machine/machine.ts';
import { runCli } from './run-cli.ts';

// A reader that has seen enough (`slipway ... | head`) is no error.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 3));

process.exitCode = await runCli(process.argv.slice(2), thisMachine());
