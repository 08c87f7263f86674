import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token or resume secret: 192 random bits as hex. */
export function newSecret(): string {
  return randomBytes(24).toString('hex');
}

/** What is kept of a secret, to recognise it. */
export function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether what somebody said is the secret with this hash. */
export function matches(said: unknown, hash: string): boolean {
  if (typeof said !== 'string') return false;
  return timingSafeEqual(Buffer.from(sha256(said)), Buffer.from(hash));
}
