import type { PatchOverlay, SpecOverlay } from '@slipway/spec';

/** The shape of Azure Linux 4.0's rendered specs: how many, how large together, in the middle and at most. */
const shape = { count: 7600, totalBytes: 91e6, medianBytes: 7800, largestBytes: 536_000 };
/** A log-normal distribution with that median has that mean. */
const sizeSpread = Math.sqrt(2 * Math.log(shape.totalBytes / shape.count / shape.medianBytes));
const seed = 0x51_19_0a_41;

export interface CorpusEntry {
  readonly spec: Buffer;
  readonly overlay: SpecOverlay | PatchOverlay;
}

/** Specs with one overlay each that applies to it; the same at every call. */
export function specCorpus(): CorpusEntry[] {
  const random = randomFrom(seed);
  const sizes = Array.from({ length: shape.count - 1 }, () => logNormalSize(random));
  const scale = (shape.totalBytes - shape.largestBytes) / sizes.reduce((sum, size) => sum + size, 0);
  return [...sizes.map((size) => Math.min(size * scale, shape.largestBytes)), shape.largestBytes].map(
    (size, index) => ({
      spec: Buffer.from(formatDemoSpec(`demo${index}`, size, random)),
      overlay: demoOverlays[index % demoOverlays.length] as SpecOverlay | PatchOverlay,
    }),
  );
}

/** Bytes of one of Azure Linux's specs, drawn by chance. */
export function specSize(random: () => number): number {
  return Math.min(logNormalSize(random), shape.largestBytes);
}

function logNormalSize(random: () => number): number {
  return shape.medianBytes * Math.exp(sizeSpread * normal(random));
}

/** Every way of finding a place: tags, sections, packages, whole lines, conditionals, patterns. */
export const demoOverlays: readonly (SpecOverlay | PatchOverlay)[] = [
  { type: 'spec-add-tag', tag: 'BuildRequires', value: 'azurelinux-macros' },
  { type: 'spec-insert-tag', tag: 'Source9999', value: 'demo.azl.macros' },
  { type: 'spec-set-tag', tag: 'Release', value: '2%{?dist}' },
  { type: 'spec-update-tag', tag: 'Summary', value: 'Development files', package: 'devel' },
  { type: 'spec-remove-tag', tag: 'BuildRequires', value: 'GCC' },
  {
    type: 'spec-prepend-lines',
    section: '%check',
    lines: ['# Check section disabled: needs the network', 'exit 0', ''],
  },
  { type: 'spec-append-lines', section: '%install', lines: ['rm -rf %{buildroot}%{_datadir}/demo'] },
  { type: 'spec-search-replace', regex: '--enable-gtk[0-9]*', replacement: '--disable-gtk' },
  { type: 'spec-search-replace', section: '%build', regex: '(?i)^%MAKE_build\\b.*$', replacement: '%make_build V=1' },
  { type: 'spec-search-replace', regex: '\\b(?:bugzilla|rhbz)#[0-9]{5,}', replacement: 'a bug' },
  { type: 'spec-remove-section', section: '%check' },
  { type: 'spec-remove-subpackage', package: 'doc' },
  { type: 'patch-add', source: 'overlays/0001-fix.patch' },
  { type: 'patch-remove', file: '*-local.patch' },
];

/** mulberry32: small, and good enough for texts. */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What a spec has beside the lines that are repeated to its size. */
const frameBytes = 1270;

/** How releases are counted; a history that rpmautospec reads stands in the place of the changelog. */
export type ReleaseKind = 'static' | 'autospec';

/** About half of a real spec is its changelog; the rest is tags, lists of files and shell. */
export function formatDemoSpec(name: string, size: number, random: () => number, kind: ReleaseKind = 'static'): string {
  const number = (limit: number) => Math.floor(random() * limit);
  const rest = Math.max(0, size - frameBytes);
  let patches = 0;
  let libraries = 0;
  return [
    preamble(name, kind === 'static' ? '1%{?dist}' : '%autorelease'),
    filled(rest * 0.12, () => `BuildRequires:  pkgconfig(lib${libraries++}) >= ${number(9)}.${number(20)}\n`),
    filled(rest * 0.03, () => `Patch${++patches}:         ${name}-${number(90)}-fix-build-with-gcc.patch\n`),
    '\n%description\nA demonstration.\n\n%package devel\nSummary:  Headers\nRequires: %{name}%{?_isa} = %{version}\n\n',
    '%description devel\nHeaders.\n\n%if %{with doc}\n%package doc\nSummary: Manual\nBuildArch: noarch\n\n',
    '%description doc\nManual.\n%endif\n\n%prep\n%autosetup -p1\n\n%build\n%configure --enable-gtk3 --without-x\n',
    filled(rest * 0.1, () => `  sed -i -e 's|@libdir${number(9)}@|%{_libdir}|' src/Makefile.in\n`),
    '%make_build\n\n%install\n%make_install\n%if %{with doc}\nmake doc DESTDIR=%{buildroot}\n%endif\n',
    filled(rest * 0.1, () => `install -Dpm 0644 data/file${number(999)} %{buildroot}%{_datadir}/%{name}/\n`),
    '\n%check\nmake check || :\n\n%post\n/sbin/ldconfig\n\n%files\n%license COPYING\n%{_bindir}/%{name}\n',
    filled(rest * 0.15, () => `%{_datadir}/%{name}/icons/hicolor/${number(999)}.png\n`),
    '\n%files devel\n%{_includedir}/*.h\n\n%if %{with doc}\n%files doc\n%doc html\n%endif\n\n%changelog\n',
    kind === 'static' ? filled(rest * 0.5, () => changelogEntry(number)) : '%autochangelog\n',
  ].join('');
}

function preamble(name: string, release: string): string {
  return `%global commit 0123456789abcdef
%bcond_without doc
%{!?_licensedir:%global license %doc}

Name:           ${name}
Version:        1.2.3
Release:        ${release}
Summary:        A demonstration
License:        MIT AND (GPL-2.0-or-later OR Apache-2.0)
URL:            https://example.org/${name}
Source0:        https://example.org/${name}-%{version}.tar.gz
Source1:        ${name}.service
Patch0:         ${name}-local.patch
BuildRequires:  gcc
`;
}

function changelogEntry(number: (limit: number) => number): string {
  return `* Mon Jan 0${1 + number(9)} 2024 Jane Doe <jane@example.org> - 1.${number(9)}.${number(99)}-${1 + number(9)}
- Rebuilt for the mass rebuild, resolves: rhbz#${1_000_000 + number(999_999)}

`;
}

function filled(bytes: number, line: () => string): string {
  let text = '';
  do {
    text += line();
  } while (text.length < bytes);
  return text;
}
