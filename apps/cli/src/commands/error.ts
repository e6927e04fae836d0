import { type ErrorCode, errorCatalogue, exitStatus, SlipwayError } from '@slipway/core';
import type { Command } from 'commander';
import type { CommandOutput } from '../output/command-output.ts';
import { formatTable } from '../output/format-table.ts';
import type { Run } from '../run-command.ts';

interface ExplainedCode {
  readonly code: ErrorCode;
  readonly kind: string;
  readonly exitStatus: number;
  readonly meaning: string;
}

/** Who has to act on an error of a kind. */
const actors = {
  input: 'the author of the project',
  environment: 'the operator of this machine',
  external: 'nobody: try again later',
  integrity: 'security: stop and investigate before you go on',
  unsupported: 'the product: it cannot do this yet',
  bug: 'the developers of Slipway',
} as const;

export function addError(parent: Command, run: Run): void {
  parent
    .command('error [code]')
    .description('explain an error code, or list all of them')
    .action((code: string | undefined, _options: unknown, command: Command) =>
      run(command, async () => (code === undefined ? listCodes() : explainCode(code))),
    );
}

function listCodes(): CommandOutput {
  const codes = explainedCodes();
  const columns = [{ title: 'code' }, { title: 'kind' }, { title: 'meaning' }];
  return {
    json: codes,
    text: formatTable(
      columns,
      codes.map(({ code, kind, meaning }) => [code, kind, meaning]),
    ),
  };
}

function explainCode(name: string): CommandOutput {
  const found = explainedCodes().find(({ code }) => code === name.toUpperCase());
  if (found === undefined) {
    throw new SlipwayError('CLI_UNKNOWN_CODE', `Cannot explain ${name}: there is no such error code`, {
      hint: 'slipway error lists all codes',
    });
  }
  const { code, kind, meaning } = found;
  const actor = actors[errorCatalogue[code].kind];
  return {
    json: found,
    text: `${code}\n  ${meaning}\n  kind: ${kind} (exit status ${found.exitStatus}); who acts: ${actor}\n`,
  };
}

function explainedCodes(): ExplainedCode[] {
  const codes = (Object.keys(errorCatalogue) as ErrorCode[]).toSorted();
  return codes.map((code) => {
    const { kind, meaning } = errorCatalogue[code];
    return { code, kind, exitStatus: exitStatus[kind], meaning };
  });
}
