import { z } from 'zod';

/** Text from outside; what is missing or no text is refused in the house's words. */
export const text = () =>
  z.string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be text') });
