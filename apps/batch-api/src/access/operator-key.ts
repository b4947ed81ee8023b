import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The key of the installation's operator (STERNA_OPERATOR_KEY), compared in constant time. */
export class OperatorKey {
  private readonly digest: Buffer;

  constructor(key: string) {
    this.digest = digest(key);
  }

  matches(candidate: string): boolean {
    return timingSafeEqual(this.digest, digest(candidate));
  }
}
