import { type FileInode, FileTree, rootOwned } from '@slipway/tree';
import fc from 'fast-check';

export interface RandomTreeParts {
  readonly mtime: fc.Arbitrary<number>;
  /** Their ownership is replaced. */
  readonly file: fc.Arbitrary<FileInode>;
}

const attributes = fc
  .array(
    fc.tuple(
      fc.stringMatching(/^(user|trusted|security)\.[a-z]{1,40}$/),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
    ),
    { maxLength: 5 },
  )
  .map((pairs) => new Map(pairs));

const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9+_.-]{1,20}$/),
  fc.stringMatching(/^[a-z]{200,240}$/),
  fc.string({ unit: fc.constantFrom('é', '漢', '😀', 'ß'), minLength: 1, maxLength: 8 }),
);

function kinds(file: fc.Arbitrary<FileInode>) {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({ type: 'directory' as const }) },
    { weight: 6, arbitrary: file },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('symlink' as const), target: fc.stringMatching(/^[a-z./-]{1,130}$/) }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('link' as const), to: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('fifo' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constantFrom('character-device' as const, 'block-device' as const),
        major: fc.nat(4095),
        minor: fc.oneof(fc.nat(255), fc.nat(2 ** 20 - 1)),
      }),
    },
  );
}

/** Up to 60 entries of every type, wide and deep, with hard links, owners and extended attributes. */
export function randomTrees({ mtime, file }: RandomTreeParts): fc.Arbitrary<FileTree> {
  const ownership = fc.record({
    mode: fc.nat(0o7777),
    uid: fc.oneof(fc.constant(0), fc.nat(2 ** 32 - 2)),
    gid: fc.oneof(fc.constant(0), fc.nat(2 ** 32 - 2)),
    mtime,
    xattrs: attributes,
  });
  const step = fc.record({ parent: fc.nat(), name, ownership, kind: kinds(file), deep: fc.boolean() });
  return fc.array(step, { maxLength: 60 }).map((steps) => {
    const tree = new FileTree({ type: 'directory', ...rootOwned(0o755, 1_600_000_000) });
    const directories = ['/'];
    const others: string[] = [];
    steps.forEach(({ parent, name: base, ownership: owner, kind, deep }, index) => {
      const where = directories[deep ? directories.length - 1 : parent % directories.length] as string;
      const path = `${where === '/' ? '' : where}/${index}${base}`;
      if (Buffer.byteLength(path) >= 4000) {
        return;
      }
      if (kind.type === 'link') {
        const target = others[kind.to % others.length];
        const inode = target === undefined ? undefined : tree.get(target);
        if (inode !== undefined) {
          tree.set(path, inode);
        }
      } else {
        tree.set(path, { ...kind, ...owner });
        (kind.type === 'directory' ? directories : others).push(path);
      }
    });
    return tree;
  });
}
