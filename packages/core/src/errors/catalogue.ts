/**
 * What a code says about a failure, by who has to act on it.
 *
 * | kind        | who acts                        | exit | HTTP |
 * |-------------|---------------------------------|------|------|
 * | input       | the author of the project       | 2    | 400  |
 * | environment | the operator of the machine     | 3    | 503  |
 * | external    | nobody: try again               | 4    | 502  |
 * | integrity   | security: stop and investigate  | 5    | 422  |
 * | unsupported | the product                     | 6    | 501  |
 * | bug         | the developers of Slipway       | 70   | 500  |
 */
export type ErrorKind = 'input' | 'environment' | 'external' | 'integrity' | 'unsupported' | 'bug';

export interface ErrorMeaning {
  readonly kind: ErrorKind;
  /** One sentence for the reference page. */
  readonly meaning: string;
}

export type ErrorArea = Readonly<Record<string, ErrorMeaning>>;

export const exitStatus: Readonly<Record<ErrorKind, number>> = {
  input: 2,
  environment: 3,
  external: 4,
  integrity: 5,
  unsupported: 6,
  bug: 70,
};
