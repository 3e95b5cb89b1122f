/** The SHA-256 that a project publishes for a release. */
import { basename } from 'node:path';
import { z } from 'zod';
import { jsonText } from './json-text.ts';
import type { Release } from './releases.ts';

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);
/** https://docs.github.com/en/rest/releases/releases : `digest` is null for assets uploaded before June 2025. */
const githubReleaseSchema = jsonText.pipe(
  z.object({ assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })) }),
);

/** The digest in lower-case hex that `text`, fetched from the checksum's address, gives for the release's file; undefined when it gives none. */
export function publishedChecksum(release: Release, text: string): string | undefined {
  const file = basename(new URL(release.address).pathname);
  const found = readers[release.checksum.form](text, file);
  const digest = digestSchema.safeParse(found);
  return digest.success ? digest.data : undefined;
}

const readers: Record<Release['checksum']['form'], (text: string, file: string) => string | undefined> = {
  bare: (text) => text.trim(),
  list: (text, file) =>
    text
      .split('\n')
      .map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trim()))
      .find((match) => match?.[2] === file)?.[1],
  github: (text, file) => {
    const asset = githubReleaseSchema.safeParse(text).data?.assets.find(({ name }) => name === file);
    return asset?.digest?.replace(/^sha256:/, '');
  },
};
