/** Variables that lead to programs, proxies, certificates and keys; all others stay outside. */
const inheritedNames = [
  'PATH',
  'HOME',
  'TMPDIR',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SSH_AUTH_SOCK',
];

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const protocols = 'https:http:file:git:ssh';

/** Holds for every command: nothing of the machine's or the user's configuration, no hooks, no upkeep behind our back. */
const fixedConfig: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.sshCommand': 'ssh -o BatchMode=yes',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

export interface GitEnvironment {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** The repository (`GIT_DIR`); undefined: the one that the working directory is in. */
  readonly directory?: string;
  /** Whether commands may talk to remotes; without it git cannot even fetch missing objects on its own. */
  readonly network: boolean;
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * The whole environment of a git command (git(1), git-config(1): GIT_CONFIG_COUNT). Settings go through the environment,
 * not through arguments: addresses with passwords are not in the list of processes, and nothing becomes an option.
 */
export function gitEnvironment({ inherited, directory, network, config = {} }: GitEnvironment): Record<string, string> {
  const kept = inheritedNames.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]]]));
  const settings = Object.entries({ ...fixedConfig, ...config });
  return {
    PATH: defaultPath,
    ...(Object.fromEntries(kept) as Record<string, string>),
    LC_ALL: 'C',
    ...(directory === undefined ? {} : { GIT_DIR: directory }),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: network ? '0' : '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: network ? protocols : 'none',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(settings.map(([key], index) => [`GIT_CONFIG_KEY_${index}`, key])),
    ...Object.fromEntries(settings.map(([, value], index) => [`GIT_CONFIG_VALUE_${index}`, value])),
  };
}
