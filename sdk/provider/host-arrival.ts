/** How a Host is dialled, and the first contact with a machine that was given a key. */
import type { Clock } from "../engine/clock";
import type { Plan } from "../engine/plan/plan";
import type { HostConnection } from "../spec/host";
import { UNKNOWN } from "../spec/unknown";
import { contextOf, textOf } from "./common-inputs";
import type { EnrolDoor } from "./engine-doors";
import { connectionOf } from "./host-inputs";
import { type HostPin, HostPins } from "./host-pin";
import type { PlainRecord } from "./plain";
import type { CreateRequest, UpdateRequest } from "./resource-handler";

export interface HostArrivalParts {
  readonly kind: "ssh" | "local";
  readonly door: EnrolDoor;
  readonly clock: Clock;
}

export interface Arrival<R> {
  /** With the key to dial by: UNKNOWN while there is none, in the preview of a machine that was not met yet. */
  readonly connection: HostConnection;
  /** What is planned for the host beyond belongs to the same plan. */
  readonly request: R;
  /** What the outputs say of keys beside the one that was verified. */
  readonly outputs: { readonly spentKeys?: readonly string[] };
}

export class HostArrival {
  private readonly pins = new HostPins();

  constructor(private readonly parts: HostArrivalParts) {}

  /** Whatever the state says of a host passes here. */
  saw(outputs: PlainRecord): void {
    this.pins.saw(outputs);
  }

  /** The way to the machine as the state has it. */
  known(inputs: PlainRecord, olds: PlainRecord): HostConnection {
    return this.pinned(inputs, this.pins.of(textOf(inputs.name), { ...inputs, rebuilt: "" }, olds));
  }

  /** In an up the machine is met, waited for, and has its own key when this is done. */
  async arrive<R extends CreateRequest | UpdateRequest>(request: R, olds: PlainRecord): Promise<Arrival<R>> {
    const { news, preview, name, timeoutMs } = request;
    const pin = this.pins.of(name, news, olds);
    const outputs = this.pins.outputsFor(pin, news, olds);
    if (pin.kind !== "first contact") return { connection: this.pinned(news, pin), request, outputs };
    const { injected } = pin;
    const arrival = await this.parts.door.planArrival(name);
    request.report.plan(arrival);
    // By the key that it was given a machine is met once, by an up.
    const joined = { ...request, report: { ...request.report, plan: (plan: Plan) => request.report.plan(join(arrival, plan)) } };
    if (preview) return { connection: this.pinned(news, pin), request: joined, outputs };
    const { base, context } = { base: textOf(news.programDir), context: contextOf(request, this.parts.clock) };
    const wish = { name, connection: connectionOf(news, this.parts.kind), injected, base, timeoutMs, context };
    const hostKey = await this.parts.door.enrol(wish);
    return { connection: this.pinned(news, { kind: "own", hostKey }), request: joined, outputs };
  }

  private pinned(inputs: PlainRecord, pin: HostPin): HostConnection {
    const connection = connectionOf(inputs, this.parts.kind);
    if (connection.kind === "local" || pin.kind === "written") return connection;
    return { ...connection, hostKey: pin.kind === "own" ? pin.hostKey : UNKNOWN };
  }
}

/** The given key goes last: when the Host is recorded. */
function join(arrival: Plan, plan: Plan): Plan {
  const [removal] = arrival.operations.slice(-1);
  const before = arrival.operations.slice(0, -1);
  const operations = [...before, ...plan.operations, ...(removal === undefined ? [] : [removal])];
  return { ...plan, kind: arrival.kind, operations, notes: [...arrival.notes, ...plan.notes] };
}
