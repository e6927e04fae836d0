/**
 * Why bytes are not the packet that they should be. `causes` go from the outside in, as a list of sentences: rpmkeys
 * prints such a list for a signature that it cannot read. Stays inside of this package: readers turn it into a verdict
 * or a `SlipwayError`.
 */
export class PacketFault extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.name = 'PacketFault';
    this.offset = offset;
  }
}

/** A big integer whose announced length and bits disagree. */
export class MalformedMpi extends PacketFault {
  constructor(reason: string, offset: number) {
    super(`Malformed MPI: ${reason}`, offset);
    this.name = 'MalformedMpi';
  }
}
