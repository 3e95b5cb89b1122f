/** Set-up cannot go on; the message is for a person and names the remedy, so no stack is shown. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
}
