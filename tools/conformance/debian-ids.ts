/**
 * The users and groups that every Debian system has (base-passwd): rpm2cpio writes their numbers, and recorded answers
 * come from such a system.
 */
export const debianUserIds: ReadonlyMap<string, number> = new Map([
  ...['root', 'daemon', 'bin', 'sys'].map((name, id) => [name, id] as const),
  ...([
    ['sync', 4],
    ['games', 5],
    ['man', 6],
    ['lp', 7],
    ['mail', 8],
    ['news', 9],
    ['uucp', 10],
    ['proxy', 13],
    ['www-data', 33],
    ['backup', 34],
    ['list', 38],
    ['irc', 39],
    ['_apt', 42],
    ['nobody', 65_534],
  ] as const),
]);

export const debianGroupIds: ReadonlyMap<string, number> = new Map([
  ...['root', 'daemon', 'bin', 'sys', 'adm', 'tty', 'disk', 'lp', 'mail', 'news', 'uucp'].map(
    (name, id) => [name, id] as const,
  ),
  ...([
    ['man', 12],
    ['proxy', 13],
    ['kmem', 15],
    ['dialout', 20],
    ['fax', 21],
    ['voice', 22],
    ['cdrom', 24],
    ['floppy', 25],
    ['tape', 26],
    ['sudo', 27],
    ['audio', 29],
    ['dip', 30],
    ['www-data', 33],
    ['backup', 34],
    ['operator', 37],
    ['list', 38],
    ['irc', 39],
    ['src', 40],
    ['shadow', 42],
    ['utmp', 43],
    ['video', 44],
    ['sasl', 45],
    ['plugdev', 46],
    ['staff', 50],
    ['games', 60],
    ['users', 100],
    ['nogroup', 65_534],
  ] as const),
]);
