import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { SentStatement } from './recorded-sql.ts';

type Answer = QueryResult | QueryResult[];
type Callback = (error: Error | null, answer: Answer) => void;

/** Notes every statement that passes through a connection. */
export class Tape {
  #statements: SentStatement[] = [];

  /** As much of a connection as Knex uses; each statement goes on to `client`. */
  tap(client: PoolClient): { query(sent: QueryConfig, callback: Callback): void } {
    return {
      query: (sent, callback) => {
        client.query(sent, (error: Error | null, answer: Answer) => {
          if (!error) this.#note(sent, answer);
          callback(error, answer);
        });
      },
    };
  }

  /** What passed since the last call. */
  take(): SentStatement[] {
    const taken = this.#statements;
    this.#statements = [];
    return taken;
  }

  #note(sent: QueryConfig, answer: Answer): void {
    // A text of several statements has as many answers.
    const answersRows = [answer].flat().some((one) => one.fields.length > 0);
    this.#statements.push({ text: sent.text, values: sent.values ?? [], answersRows });
  }
}
