/** How a Host is dialled, and the first contact with a machine that was given a key. */
import type { Clock } from "../engine/clock";
import type { Plan } from "../engine/plan/plan";
import { DrayageError } from "../spec/drayage-error";
import type { HostConnection } from "../spec/host";
import { UNKNOWN } from "../spec/unknown";
import { contextOf, textOf } from "./common-inputs";
import type { EnrolDoor } from "./engine-doors";
import { connectionOf } from "./host-inputs";
import { fingerprintOfText, type HostPin, HostPins } from "./host-pin";
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

  /** A machine that was made anew boots with the same user data, and shows the given key again. */
  explained(error: unknown, { injected }: PlainRecord, { machineId }: PlainRecord): unknown {
    const { code, message, subject, cause } = error as DrayageError;
    if (code !== "HOST_KEY_CHANGED" || textOf(injected) === "" || textOf(machineId) === "") return error;
    const fingerprint = fingerprintOfText(textOf(injected));
    if (!message.includes(fingerprint)) return error;
    const line = `rebuilt: "${textOf(machineId)}"`;
    const hint = `It shows the key that it was given at birth: if it was made anew, give it a HostKey of its own and write ${line}`;
    return new DrayageError(code, message, { hint, cause, ...(subject === undefined ? {} : { subject }) });
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
