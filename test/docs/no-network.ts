import { Socket } from "node:net";
import { NETWORK_USED } from "./network-used.ts";

type Target = { readonly path?: string; readonly host?: string };

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/u;

const connect = Reflect.get(Socket.prototype, "connect") as (...args: unknown[]) => Socket;

// Node's own modules hand over their arguments as one array, callers as they are.
Reflect.set(Socket.prototype, "connect", function connectNearby(this: Socket, ...args: unknown[]): Socket {
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  const target = (typeof first === "object" && first !== null ? first : { host: args[1] }) as Target;
  const { path, host = "localhost" } = typeof first === "string" && args.length < 2 ? { path: first } : target;
  if (path !== undefined || LOOPBACK.test(host)) return Reflect.apply(connect, this, args) as Socket;
  const message = `${NETWORK_USED} ${host}`;
  process.stderr.write(`${message}\n`);
  return this.destroy(new Error(message));
});
