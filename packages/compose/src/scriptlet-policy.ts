import { type Digest, SlipwayError, sha256 } from '@slipway/core';
import type { ScriptletPolicy } from '@slipway/project';
import type { Scriptlet, ScriptletKind } from '@slipway/rpm';
import type { ChosenPackage } from './installed-package.ts';

export interface ScriptletDecision {
  readonly package: string;
  readonly kind: ScriptletKind;
  /** Name of its section in a spec: `post`, `transfiletriggerin`. */
  readonly section: string;
  /** SHA-256 of the body. */
  readonly digest: Digest;
  readonly decision: 'emulated' | 'not-at-install' | 'skipped';
  readonly reason: string;
}

/** Sections that do not run when a package is installed into an empty system. */
const notAtInstall: ReadonlySet<ScriptletKind> = new Set(['preun', 'postun', 'preuntrans', 'postuntrans', 'verify']);

/** Commands whose effect composing carries out itself, for the whole image and declaratively. */
const emulated: readonly { readonly command: RegExp; readonly by: string }[] = [
  { command: /^(\/usr)?(\/sbin\/|\/bin\/)?ldconfig(\s|$)/, by: 'the linker cache is written from the libraries' },
  { command: /^(\/usr)?(\/bin\/)?systemd-sysusers(\s|$)/, by: 'accounts are planned from sysusers.d' },
  { command: /^(\/usr)?(\/bin\/)?systemd-tmpfiles(\s|$)/, by: 'tmpfiles.d is applied at every boot' },
  { command: /^(\/usr)?(\/bin\/)?systemd-hwdb\s+update(\s|$)/, by: 'the hardware database is written from hwdb.d' },
  { command: /^(\/usr)?(\/bin\/)?journalctl\s+--update-catalog$/, by: 'the catalog is written from its sources' },
  { command: /^(\/usr)?(\/sbin\/|\/bin\/)?depmod(\s|$)/, by: 'module indexes are written from the modules' },
  {
    command: /^(\/usr)?(\/bin\/)?systemctl\s+(--\S+\s+)*(preset|preset-all|daemon-reload|daemon-reexec)(\s|$)/,
    by: 'presets are applied to every unit',
  },
  {
    command: /^(\/usr)?(\/sbin\/|\/bin\/)?update-ca-(certificates|trust)(\s|$)/,
    by: 'the certificate bundle is written',
  },
  { command: /^(:|true|exit 0)$/, by: 'it does nothing' },
];

/** A line that only runs one command: the shell would do more with any of these. */
const singleCommand = /^[^;&|<>`$(){}\\]*$/;

/**
 * Says for every scriptlet of an image what became of it; nothing is run. A scriptlet that is neither emulated nor
 * decided by the project stops the build (COMPOSE_UNKNOWN_SCRIPTLET), all of them at once in the message.
 */
export function decideScriptlets(
  packages: readonly ChosenPackage[],
  policy: readonly ScriptletPolicy[],
): ScriptletDecision[] {
  const unknown: string[] = [];
  const decisions = packages.flatMap((pkg) =>
    pkg.metadata.scriptlets.flatMap((scriptlet) => {
      const decision = decide(pkg.metadata.name, scriptlet, policy);
      if (decision === undefined) {
        unknown.push(`${pkg.metadata.name} %${scriptlet.kind} (sha256 ${sha256(scriptlet.body)})`);
        return [];
      }
      return [decision];
    }),
  );
  if (unknown.length > 0) {
    throw new SlipwayError(
      'COMPOSE_UNKNOWN_SCRIPTLET',
      `Cannot compose: nobody says what these scriptlets mean: ${unknown.join('; ')}`,
      {
        hint: 'read each one (rpm -qp --scripts) and add a [[scriptlets]] entry with its package, kind, sha256, action and reason',
        data: { unknown },
      },
    );
  }
  return decisions;
}

function decide(name: string, scriptlet: Scriptlet, policy: readonly ScriptletPolicy[]): ScriptletDecision | undefined {
  const digest = sha256(scriptlet.body);
  const rest = { package: name, kind: scriptlet.kind, section: sectionName(scriptlet), digest };
  if (notAtInstall.has(scriptlet.kind) || scriptlet.event === 'un' || scriptlet.event === 'postun') {
    return { ...rest, decision: 'not-at-install', reason: 'it runs when a package is removed or verified' };
  }
  const entry = policy.find(
    (each) =>
      each.package === name &&
      each.kind === sectionName(scriptlet) &&
      (each.sha256 === undefined || each.sha256 === digest),
  );
  if (entry !== undefined) {
    return { ...rest, decision: entry.action === 'skip' ? 'skipped' : 'emulated', reason: entry.reason };
  }
  const reasons = commandsOf(scriptlet).map(emulatedBy);
  return reasons.every((reason) => reason !== undefined)
    ? { ...rest, decision: 'emulated', reason: [...new Set(reasons)].join(', ') || 'it is empty' }
    : undefined;
}

function emulatedBy(line: string): string | undefined {
  return singleCommand.test(line) ? emulated.find(({ command }) => command.test(line))?.by : undefined;
}

/** The name of a scriptlet's section in a spec, as the project writes it (`transfiletriggerin`). */
function sectionName(scriptlet: Scriptlet): string {
  const families: Partial<Record<ScriptletKind, string>> = {
    trigger: 'trigger',
    'file-trigger': 'filetrigger',
    'transaction-file-trigger': 'transfiletrigger',
  };
  const family = families[scriptlet.kind];
  return family === undefined ? scriptlet.kind : `${family}${scriptlet.event ?? ''}`;
}

/** The commands of a scriptlet: its interpreter when there is no body (`-p /sbin/ldconfig`), else its lines. */
function commandsOf(scriptlet: Scriptlet): string[] {
  const body = scriptlet.body
    .split('\n')
    .map((line) => line.trim().replace(/\s*(>\s*\/dev\/null\s*)?(2>\s*(\/dev\/null|&1)\s*)?(\|\|\s*(:|true)\s*)?$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  return body.length === 0 ? scriptlet.interpreter.filter((program) => !/\/(ba)?sh$/.test(program)) : body;
}
