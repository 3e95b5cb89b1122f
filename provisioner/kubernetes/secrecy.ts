/** What was secret going in stays secret coming out: in the state, and in what an error says. */
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { hasSecret, isSecret, plain, secret } from './properties.ts';

/** Shorter texts are left alone: hiding each "a" of a sentence would only make it unreadable. */
const SHORTEST_HIDDEN = 4;

/**
 * `out` with the same places secret as in `given`, where both have them; of a Secret object, all data. An array
 * that holds a secret is secret as a whole, since its order may differ. As the official provider does it
 * (pulumi/pulumi-kubernetes, annotateSecrets).
 */
export function keepSecret(out: JsonObject, given: JsonObject): JsonObject {
  const sealed = out.kind === 'Secret' ? ['data', 'stringData'] : [];
  const entries = Object.entries(out).map(([key, value]): [string, Json] => {
    if (isSecret(value)) return [key, value];
    if (sealed.includes(key)) return [key, secret(plain(value))];
    return [key, keepValueSecret(value, given[key])];
  });
  return Object.fromEntries(entries);
}

function keepValueSecret(out: Json, given: Json | undefined): Json {
  if (given === undefined || !hasSecret(given)) return out;
  const bothOpen = isJsonObject(out) && isJsonObject(given) && !isSecret(given);
  return bothOpen ? keepSecret(out, given) : secret(plain(out));
}

/** The text with every secret of the bag replaced, for errors that quote what was sent. */
export function hideSecrets(text: string, bag: JsonObject): string {
  const longestFirst = [...secretTexts(bag, false)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, hidden) => shown.replaceAll(hidden, '[secret]'), text);
}

function secretTexts(value: Json, within: boolean): Set<string> {
  if (isSecret(value)) return secretTexts(value.value, true);
  if (typeof value === 'object' && value !== null) {
    return new Set(Object.values(value).flatMap((item) => [...secretTexts(item, within)]));
  }
  const text = within && value !== null ? String(value) : '';
  if (text.length < SHORTEST_HIDDEN) return new Set();
  return new Set([text, JSON.stringify(text).slice(1, -1)]);
}
