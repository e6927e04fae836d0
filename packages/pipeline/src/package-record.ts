import type { Digest, Store } from '@slipway/core';
import { openPackage, type PackageMetadata, packageMetadata, type RpmPackage } from '@slipway/rpm';

/** One binary package of the distribution at its way through the stages. */
export interface PackageRecord {
  readonly name: string;
  /** `name-[epoch:]version-release.arch`. */
  readonly nevra: string;
  /** The RPM as the importer or rpmbuild made it. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly component: string;
  readonly kind: 'import' | 'source';
  /** Where upstream has it: `forky/main pool/main/l/less/less_668-1_amd64.deb`; empty for the distribution's own. */
  readonly origin: string;
  /** The upstream source package of an imported one. */
  readonly source?: { readonly name: string; readonly version: string };
}

export interface SignedPackage extends PackageRecord {
  /** The RPM with its signature. */
  readonly signed: { readonly digest: Digest; readonly sizeBytes: number };
}

/** Opens packages of the store once each, after checking their bytes. Memory: the headers, about 40 kB a package. */
export class PackageHeaders {
  readonly #store: Store;
  readonly #open = new Map<Digest, Promise<RpmPackage>>();
  readonly #metadata = new Map<Digest, PackageMetadata>();

  constructor(store: Store) {
    this.#store = store;
  }

  open(digest: Digest): Promise<RpmPackage> {
    const known = this.#open.get(digest) ?? this.#openIntact(digest);
    this.#open.set(digest, known);
    return known;
  }

  async #openIntact(digest: Digest): Promise<RpmPackage> {
    await this.#store.ensureIntact(digest);
    return openPackage(this.#store.path(digest));
  }

  async metadata(digest: Digest): Promise<PackageMetadata> {
    const { header, signature } = await this.open(digest);
    const known = this.#metadata.get(digest) ?? packageMetadata(header, signature);
    this.#metadata.set(digest, known);
    return known;
  }
}
