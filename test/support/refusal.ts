import { expect } from 'chai';

/** The error that `attempt` ends with; a failed assertion when it ends well. */
export function refusal(attempt: Promise<unknown>): Promise<Error> {
  return attempt.then(
    () => expect.fail('was not refused'),
    (error) => error,
  );
}
