/** Short names of DEP-5 files that do not follow a pattern, in lower case, and their SPDX identifiers. */
const names: Readonly<Record<string, string>> = {
  '0bsd': '0BSD',
  apache: 'LicenseRef-Apache',
  'apache-2': 'Apache-2.0',
  'apache-2.0': 'Apache-2.0',
  'apache-2.0-with-llvm-exception': 'Apache-2.0 WITH LLVM-exception',
  artistic: 'Artistic-1.0-Perl',
  'artistic-1': 'Artistic-1.0',
  'artistic-1.0': 'Artistic-1.0',
  'artistic-2.0': 'Artistic-2.0',
  'artistic-2': 'Artistic-2.0',
  beerware: 'Beerware',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-4-clause': 'BSD-4-Clause',
  'bsd-4-clause-uc': 'BSD-4-Clause-UC',
  'bsd-3-clause-attribution': 'BSD-3-Clause-Attribution',
  'bsl-1.0': 'BSL-1.0',
  'cc-by-3.0': 'CC-BY-3.0',
  'cc-by-4.0': 'CC-BY-4.0',
  'cc-by-sa-3.0': 'CC-BY-SA-3.0',
  'cc-by-sa-4.0': 'CC-BY-SA-4.0',
  'cc0-1.0': 'CC0-1.0',
  cc0: 'CC0-1.0',
  curl: 'curl',
  expat: 'MIT',
  fsfap: 'FSFAP',
  fsful: 'FSFUL',
  fsfullr: 'FSFULLR',
  fsfullrwd: 'FSFULLRWD',
  isc: 'ISC',
  mit: 'MIT',
  'mit-0': 'MIT-0',
  'mpl-1.1': 'MPL-1.1',
  'mpl-2.0': 'MPL-2.0',
  'ofl-1.1': 'OFL-1.1',
  'sil-ofl-1.1': 'OFL-1.1',
  'oldap-2.8': 'OLDAP-2.8',
  'openldap-2.8': 'OLDAP-2.8',
  openssl: 'OpenSSL',
  'psf-2': 'PSF-2.0',
  'psf-2.0': 'PSF-2.0',
  'unicode-dfs-2016': 'Unicode-DFS-2016',
  unlicense: 'Unlicense',
  vim: 'Vim',
  x11: 'X11',
  wtfpl: 'WTFPL',
  'wtfpl-2': 'WTFPL',
  zlib: 'Zlib',
  'zlib/libpng': 'Zlib',
  'zpl-2.1': 'ZPL-2.1',
};

/** Versions that SPDX knows of the GNU licences and the Academic Free License. */
const versions: Readonly<Record<string, readonly string[]>> = {
  GPL: ['1.0', '2.0', '3.0'],
  LGPL: ['2.0', '2.1', '3.0'],
  AGPL: ['1.0', '3.0'],
  GFDL: ['1.1', '1.2', '1.3'],
};

const exceptions: readonly (readonly [RegExp, string])[] = [
  [/^autoconf/i, 'Autoconf-exception-generic'],
  [/^bison/i, 'Bison-exception-2.2'],
  [/^libtool/i, 'Libtool-exception'],
  [/^linux-syscall-note/i, 'Linux-syscall-note'],
  [/^font/i, 'Font-exception-2.0'],
  [/^gcc/i, 'GCC-exception-3.1'],
  [/^classpath/i, 'Classpath-exception-2.0'],
  [/^texinfo/i, 'Texinfo-exception'],
];

/**
 * The SPDX form of one DEP-5 short name, with its exception: `GPL-2+ with Libtool exception` →
 * `GPL-2.0-or-later WITH Libtool-exception`. What SPDX does not know becomes `LicenseRef-NAME`.
 */
export function spdxName(shortName: string): string {
  const [license = '', ...exception] = shortName.trim().split(/\s+with\s+/i);
  const key = license.toLowerCase();
  const known = (Object.hasOwn(names, key) ? names[key] : undefined) ?? gnuLicense(license);
  if (exception.length === 0) {
    return known ?? licenseReference(license);
  }
  const name = exceptions.find(([pattern]) => pattern.test(exception.join(' ').trim()))?.[1];
  return known === undefined || name === undefined ? licenseReference(shortName) : `${known} WITH ${name}`;
}

function gnuLicense(text: string): string | undefined {
  const match = /^(A?GPL|LGPL|GFDL)(-NIV)?[-v]*(\d)(?:\.(\d))?(?:\.0)?(\+|-or-later|-only)?$/i.exec(text);
  const family = match?.[1]?.toUpperCase() ?? '';
  const version = `${match?.[3]}.${match?.[4] ?? '0'}`;
  if (versions[family]?.includes(version) !== true) {
    return undefined;
  }
  const invariants = match?.[2] === undefined ? '' : '-no-invariants';
  return `${family}-${version}${invariants}-${match?.[5] === '+' || match?.[5] === '-or-later' ? 'or-later' : 'only'}`;
}

/** SPDX annex "License expressions": letters, digits, `-` and `.` only. */
export function licenseReference(name: string): string {
  return `LicenseRef-${
    name
      .replace(/\+/g, '-or-later')
      .replace(/[^A-Za-z0-9.-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'unnamed'
  }`;
}
