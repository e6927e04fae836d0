import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { type ElfFile, readElf } from './elf.ts';

function missing(program: string): string | false {
  return spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;
}

const source = `
#include <stdio.h>
__attribute__((section(".note.dlopen"), aligned(4), used)) static const struct {
  unsigned name_size, content_size, type; char name[4]; char content[sizeof(JSON)];
} note = { 4, sizeof(JSON), 0x407c0c0a, "FDO", JSON };
void first(void) { puts("1"); }
void second(void) { puts("2"); }
`;
const json =
  '[{"soname":["libz.so.1","libz.so"],"priority":"suggested","feature":"z","description":"Compression"},{"soname":["libx.so"]}]';

/** A shared library with everything the reader knows; undefined bytes never: gcc must be there. */
function compileLibrary(): { library: Buffer; debug: Buffer } {
  const directory = mkdtempSync('/tmp/slipway-elf-');
  const run = (program: string, args: string[]) => {
    const result = spawnSync(program, args, { cwd: directory });
    assert.equal(result.status, 0, result.stderr.toString());
  };
  try {
    writeFileSync(join(directory, 'a.c'), `#define JSON ${JSON.stringify(json)}\n${source}`);
    writeFileSync(join(directory, 'a.map'), 'V_1 { global: first; local: *; };\nV_2 { global: second; } V_1;\n');
    const options = [
      '-shared',
      '-fPIC',
      '-g',
      '-o',
      'liba.so',
      'a.c',
      '-Wl,-soname,liba.so.2',
      '-Wl,--version-script=a.map',
    ];
    run('gcc', [...options, '-Wl,-rpath,/opt/one:/opt/two', '-Wl,--enable-new-dtags', '-Wl,--build-id=sha1']);
    run('objcopy', ['--only-keep-debug', 'liba.so', 'liba.debug']);
    return { library: readFileSync(join(directory, 'liba.so')), debug: readFileSync(join(directory, 'liba.debug')) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const noCompiler = missing('gcc') || missing('objcopy');
const compiled = noCompiler ? undefined : compileLibrary();

test('a shared library gives its names, versions, paths and notes', { skip: noCompiler }, () => {
  const elf = readElf((compiled as { library: Buffer }).library) as ElfFile;
  assert.equal(elf.type, 'shared');
  assert.equal(elf.soname, 'liba.so.2');
  assert.deepEqual(elf.needed, ['libc.so.6']);
  assert.deepEqual(elf.runpath, ['/opt/one', '/opt/two']);
  assert.deepEqual(elf.definedVersions, ['V_1', 'V_2']);
  assert.deepEqual(
    elf.neededVersions.map(({ file }) => file),
    ['libc.so.6'],
  );
  assert.match(elf.buildId ?? '', /^[0-9a-f]{40}$/);
  assert.equal(elf.interpreter, undefined);
  assert.deepEqual(elf.dlopen, [
    { sonames: ['libz.so.1', 'libz.so'], priority: 'suggested', feature: 'z', description: 'Compression' },
    { sonames: ['libx.so'], priority: 'recommended', feature: '', description: '' },
  ]);
});

test('a detached debug file has no dynamic information', { skip: noCompiler }, () => {
  const elf = readElf((compiled as { debug: Buffer }).debug) as ElfFile;
  assert.deepEqual([elf.soname, elf.needed, elf.dlopen], [undefined, [], []]);
});

/** What objdump -p says, in our words. */
function objdump(path: string) {
  const text = spawnSync('objdump', ['-p', path], {
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: 'C' },
  }).stdout.toString();
  const values = (key: string) => [...text.matchAll(new RegExp(`^  ${key} +(.*)$`, 'gm'))].map((match) => match[1]);
  const references = (text.split('Version References:\n')[1] ?? '').split(/ {2}required from /).slice(1);
  return {
    needed: values('NEEDED'),
    soname: values('SONAME')[0],
    runpath: values('RUNPATH').flatMap((value) => (value as string).split(':')),
    definedVersions: [...text.matchAll(/^\d+ (0x\w\w) 0x\w{8} (\S+)/gm)]
      .filter((match) => match[1] !== '0x01')
      .map((match) => match[2]),
    neededVersions: references.map((reference) => ({
      file: reference.slice(0, reference.indexOf(':')),
      versions: [...reference.matchAll(/^ {4}0x\w{8} 0x\w\w \d\d+ (\S+)$/gm)].map((match) => match[1]),
    })),
  };
}

test('objdump says the same of the programs and libraries of this machine', { skip: missing('objdump') }, () => {
  const directories = ['/usr/bin', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].filter(existsSync);
  const paths = directories
    .flatMap((directory) => {
      const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
      return names
        .map(({ name }) => join(directory, name))
        .sort()
        .filter((_, index) => index % 12 === 0);
    })
    .filter((path) => lstatSync(path).size < 4_000_000);
  let compared = 0;
  for (const path of paths.slice(0, 100)) {
    const elf = readElf(readFileSync(path), { file: path });
    if (elf !== undefined && elf.type !== 'relocatable') {
      const { needed, soname, runpath, definedVersions, neededVersions } = elf;
      assert.deepEqual({ needed, soname, runpath, definedVersions, neededVersions }, objdump(path), path);
      compared++;
    }
  }
  assert.ok(compared > 10, `only ${compared} files`);
});

test('the running Node is an executable with an interpreter', {
  skip: process.platform !== 'linux' && 'needs Linux',
}, () => {
  const elf = readElf(readFileSync('/proc/self/exe'));
  assert.match(elf?.interpreter ?? '', /\/ld-/);
});

test('what is no 64-bit little-endian ELF file of a known machine is undefined', () => {
  assert.equal(readElf(Buffer.alloc(0)), undefined);
  assert.equal(readElf(Buffer.from('#!/bin/sh\nexit 0 and some more bytes\n')), undefined);
  for (const [at, value] of [
    [4, 1],
    [5, 2],
    [18, 243],
  ] as const) {
    const bytes = Buffer.alloc(64);
    bytes.set(Buffer.from('7f454c46020101', 'hex'));
    bytes[18] = 62;
    bytes[at] = value;
    assert.equal(readElf(bytes), undefined);
  }
});

test('changed and cut files never fail with anything but a coded error', { skip: noCompiler }, () => {
  const { library } = compiled as { library: Buffer };
  // headers, dynamic section, versions and notes are what is read: change mostly there
  const place = fc.oneof(fc.nat(0x500), fc.nat(library.length - 1));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(library.length),
      fc.boolean(),
      (changes, end, cut) => {
        const bytes = Buffer.from(library);
        for (const [at, value] of changes) {
          bytes[at] = value;
        }
        try {
          readElf(cut ? bytes.subarray(0, end) : bytes);
        } catch (error) {
          assert.ok(error instanceof SlipwayError, String(error));
        }
      },
    ),
    { numRuns: 1500 },
  );
});
