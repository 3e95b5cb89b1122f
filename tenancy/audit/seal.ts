/** Seals: each covers a batch of audit entries and the hash of the seal before it, so none can change unseen. */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from './canonical-json.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');

const sealContentSchema = z.strictObject({
  /** From 1; each is one more than the last, but for seals that a restored database lost. */
  number: z.int().positive(),
  /** The control database's epoch, which counts its restores. */
  epoch: z.int().positive(),
  sealedAt: z.iso.datetime(),
  /** The hash of the seal before it; GENESIS for the first. */
  previous: sha256Schema,
  /** Id and digest of every entry it covers, by id. */
  entries: z.array(z.tuple([z.int(), sha256Schema])).min(1),
});
export type SealContent = z.infer<typeof sealContentSchema>;

/** What the first seal names as the one before it. */
export const GENESIS = '0'.repeat(64);

/** A seal as it is stored and handed out. Its content is the very text that was hashed. */
export const sealSchema = z.object({ number: z.int(), content: z.string(), signature: z.string() });
export type Seal = z.infer<typeof sealSchema>;

/** `GET /v1/audit/seals` */
export const sealPageSchema = z.object({ items: z.array(sealSchema), next: z.int().nullable() });
export type SealPage = z.infer<typeof sealPageSchema>;

/** A seal without its entries: what is kept outside the database. */
export const checkpointSchema = z.strictObject({
  number: z.int().positive(),
  epoch: z.int().positive(),
  sealedAt: z.iso.datetime(),
  /** SHA-256 of the seal's content. */
  hash: sha256Schema,
  /** Ed25519 over the canonical JSON of the other fields, in base64. */
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export function makeSeal(content: SealContent, key: KeyObject): Seal {
  const text = canonicalJson(content as Json);
  const signature = sign(null, signedBytes(text, content), key).toString('base64');
  return { number: content.number, content: text, signature };
}

/** @throws Error when the content is not a seal's */
export function readSealContent(seal: Seal): SealContent {
  const content = sealContentSchema.parse(JSON.parse(seal.content));
  if (content.number === seal.number) return content;
  throw new Error(`seal ${seal.number} holds the content of seal ${content.number}`);
}

export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** @throws Error when the content is not a seal's */
export function checkpointOf(seal: Seal): Checkpoint {
  const { number, epoch, sealedAt } = readSealContent(seal);
  return { number, epoch, sealedAt, hash: hashOf(seal.content), signature: seal.signature };
}

/** Whether the key's holder signed it. A seal's signature is its checkpoint's. */
export function isGenuine({ signature, ...signed }: Checkpoint, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(canonicalJson(signed)), publicKey, Buffer.from(signature, 'base64'));
}

function signedBytes(text: string, { number, epoch, sealedAt }: SealContent): Buffer {
  return Buffer.from(canonicalJson({ number, epoch, sealedAt, hash: hashOf(text) }));
}
