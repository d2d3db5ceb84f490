import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** In how many parts the time is taken that a server has to answer in. */
const PARTS = 10;

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
  readonly #connectionString: string;
  readonly #lookAfterMs: number;
  #look: Promise<Error | undefined> | undefined;
  /** Connections that were given to somebody, each of which shows that the server answers. */
  #given = 0;

  constructor({ connectionString, connectMs, max }: PatientPoolOptions) {
    class Connection extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super({ ...config, connectionTimeoutMillis: connectMs });
      }
    }
    super({ connectionString, Client: Connection, ...(max !== undefined && { max }) });
    this.#lookAfterMs = connectMs / 2;
    this.#connectionString = connectionString;
    this.on("acquire", () => (this.#given += 1));
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
    const before = this.#given;
    this.#look ??= askFor(this.#connectionString, this.#lookAfterMs)
      .then((error) => (this.#given === before ? error : undefined))
      .finally(() => (this.#look = undefined));
    return this.#look;
  }
}

/** Why a server does not answer. One that takes no more connections, or refuses this one, has answered. */
async function askFor(connectionString: string, withinMs: number): Promise<Error | undefined> {
  const socket = new Socket();
  const client = new pg.Client({ connectionString, stream: () => socket });
  // What happens to it after it was opened is of no interest; without a listener it ends the process.
  client.on("error", () => {});
  const answered = client.connect().then(
    () => undefined,
    (error: Error) => (error instanceof pg.DatabaseError ? undefined : error),
  );
  const given = await Promise.race([answered, patience(withinMs)]);
  socket.destroy();
  return given;
}

/** In parts, so that a process that is busy itself looks after the answer in between, and does not take its own delay for the server's. */
async function patience(ms: number): Promise<Error> {
  for (let part = 0; part < PARTS; part += 1) await sleep(ms / PARTS);
  return new Error("timeout expired");
}
