import { type Command, Option } from 'commander';
import { type CommandContext, loadNamedProject } from '../context.ts';
import type { CommandOutput } from '../output/command-output.ts';
import type { Run } from '../run-command.ts';

const schemas = ['project', 'overlay-file', 'image'] as const;

type SchemaName = (typeof schemas)[number];

export function addConfigDump(parent: Command, run: Run): void {
  parent
    .command('dump')
    .description('print the resolved configuration: includes, merging and inheritance done')
    .addOption(new Option('--format <format>', 'form of the output').choices(['toml', 'json']).default('toml'))
    .action((options: { readonly format: string }, command: Command) =>
      run(command, (context) => dump(context, options.format)),
    );
}

export function addConfigSchema(parent: Command, run: Run): void {
  parent
    .command('schema')
    .description('print the JSON Schema of the project files, for editors')
    .addOption(new Option('--of <kind>', 'kind of file').choices(schemas).default('project'))
    .action((options: { readonly of: SchemaName }, command: Command) => run(command, () => schema(options.of)));
}

async function dump(context: CommandContext, format: string): Promise<CommandOutput> {
  const { configDump, formatConfigToml } = await import('@slipway/project');
  const resolved = configDump(await loadNamedProject(context));
  return {
    json: resolved,
    get text() {
      return format === 'json' ? `${JSON.stringify(resolved, undefined, 2)}\n` : formatConfigToml(resolved);
    },
  };
}

async function schema(name: SchemaName): Promise<CommandOutput> {
  const { imageJsonSchema, overlayFileJsonSchema, projectJsonSchema } = await import('@slipway/project');
  const made = { project: projectJsonSchema, 'overlay-file': overlayFileJsonSchema, image: imageJsonSchema };
  const json = made[name]();
  return { json, text: `${JSON.stringify(json, undefined, 2)}\n` };
}
