/** Listens at Elastic IPs, which moto takes from 127.0.0.0/8, and dials the machines that have them. */
import { connect, createServer, type Server, type Socket } from "node:net";

/** `127.4.5.6:22` → the address of the machine, dialled at the same port. */
export type Forwards = ReadonlyMap<string, string>;

interface Listener {
  readonly server: Server;
  target: string;
  readonly sockets: Set<Socket>;
}

export class ElasticForwarder {
  private readonly listeners = new Map<string, Listener>();
  private impostor: string | undefined;

  /** Opens what is missing, closes what is too much. Connections to a machine that an address has left end, as those of a cloud do. */
  async set(forwards: Forwards): Promise<void> {
    for (const [at, listener] of this.listeners) {
      const target = forwards.get(at);
      if (target === undefined) await this.close(at, listener);
      else if (target !== listener.target) {
        listener.target = target;
        for (const socket of listener.sockets) socket.destroy();
      }
    }
    for (const [at, target] of forwards) if (!this.listeners.has(at)) await this.open(at, target);
  }

  get listening(): string[] {
    return [...this.listeners.keys()].sort();
  }

  /** Another machine answers new connections at every address, until it is called without one. */
  divert(address?: string): void {
    this.impostor = address;
  }

  async stop(): Promise<void> {
    await this.set(new Map());
  }

  private async open(at: string, target: string): Promise<void> {
    const [host = "", port = ""] = at.split(":");
    const listener: Listener = { server: createServer({ allowHalfOpen: true }), target, sockets: new Set() };
    listener.server.on("connection", (client) => {
      const machine = connect({ host: this.impostor ?? listener.target, port: Number(port), allowHalfOpen: true });
      join(listener, client, machine);
      join(listener, machine, client);
    });
    await new Promise<void>((done, fail) => {
      listener.server.once("error", fail);
      listener.server.listen({ host, port: Number(port) }, done);
    });
    this.listeners.set(at, listener);
  }

  private async close(at: string, { server, sockets }: Listener): Promise<void> {
    this.listeners.delete(at);
    const closed = new Promise((done) => server.close(done));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

/** One direction; what was sent before an end arrives, a break is passed on. */
function join({ sockets }: Listener, from: Socket, to: Socket): void {
  sockets.add(from);
  from.setNoDelay(true);
  from.on("error", () => to.destroy());
  from.on("close", () => {
    sockets.delete(from);
    to.end();
  });
  from.pipe(to);
}
