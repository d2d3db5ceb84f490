import pg from "pg";

/** What a {@link PatientPool} is told. */
export interface PatientPoolOptions {
  readonly connectionString: string;
  /** Milliseconds that a connection may take to open. */
  readonly connectMs: number;
  /** Connections at most. Default: node-postgres' own, 10. */
  readonly max?: number | undefined;
}

type OnClient = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (destroy?: Error | boolean) => void,
) => void;

/**
 * A pool in which whoever waits for a connection is told when the server does not answer, and not because others of the
 * same process are before them: `connectionTimeoutMillis` of node-postgres' pool counts both. Who has waited for half of
 * `connectMs` has the server asked on a connection of its own, and gives up where that does not open in the other half.
 */
export class PatientPool extends pg.Pool {
  readonly #config: pg.ClientConfig;
  readonly #lookAfterMs: number;
  #look: Promise<Error | undefined> | undefined;

  constructor({ connectionString, connectMs, max }: PatientPoolOptions) {
    class Connection extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super({ ...config, connectionTimeoutMillis: connectMs });
      }
    }
    super({ connectionString, Client: Connection, ...(max !== undefined && { max }) });
    this.#lookAfterMs = connectMs / 2;
    this.#config = { connectionString, connectionTimeoutMillis: this.#lookAfterMs };
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(onClient: OnClient): void;
  override connect(onClient?: OnClient): Promise<pg.PoolClient> | void {
    const coming = this.#whileItAnswers(super.connect());
    if (onClient === undefined) return coming;
    coming.then(
      (client) => onClient(undefined, client, (destroy) => client.release(destroy)),
      (error: Error) => onClient(error, undefined, () => {}),
    );
  }

  #whileItAnswers(coming: Promise<pg.PoolClient>): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        isOver = true;
        settle();
      };
      const look = async (): Promise<void> => {
        const error = await this.#lookForServer();
        if (isOver) return;
        if (error !== undefined) end(() => reject(error));
        else timer = setTimeout(look, this.#lookAfterMs);
      };
      let timer = setTimeout(look, this.#lookAfterMs);
      coming.then(
        (client) => (isOver ? client.release() : end(() => resolve(client))),
        (error: Error) => end(() => reject(error)),
      );
    });
  }

  /** One look for all that wait. Gives why there is nothing to wait for. */
  #lookForServer(): Promise<Error | undefined> {
    if (this.ended) return Promise.resolve(new Error("the pool was closed"));
    this.#look ??= askFor(this.#config).finally(() => (this.#look = undefined));
    return this.#look;
  }
}

/** Why a server does not answer. One that takes no more connections, or refuses this one, has answered. */
async function askFor(config: pg.ClientConfig): Promise<Error | undefined> {
  const client = new pg.Client(config);
  // What happens to it after it was opened is of no interest; without a listener it ends the process.
  client.on("error", () => {});
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error instanceof pg.DatabaseError ? undefined : (error as Error);
  } finally {
    await client.end().catch(() => {});
  }
}
