/** A kind of resource as Pulumi's provider protocol wants it. No state of its own: what is there is asked of AWS each time. */
import { randomBytes } from "node:crypto";
import type { PlainRecord } from "../../../../sdk/provider/plain";
import type { ChangeKind, ResourceHandler } from "../../../../sdk/provider/resource-handler";
import type { Tracer } from "../trace/tracer";
import type { Cloud } from "./cloud";
import { changes, type InputRules, unmapped } from "./input-rules";
import type { Change, ResourceKind } from "./resource-kind";
import { until } from "./waiting";

export function resourceHandler(kind: ResourceKind, cloud: Cloud, tracer: Tracer): ResourceHandler {
  const described = async (id: string, inputs: PlainRecord) => {
    const seen = await kind.read(cloud, id, inputs);
    return seen && (kind.global ? seen : { region: cloud.region, ...seen });
  };
  const outcome = async (id: string, inputs: PlainRecord, fresh: boolean) => {
    await kind.settle?.(cloud, id, inputs, fresh);
    return { ...inputs, ...(await until(cloud, id, () => described(id, inputs))) };
  };
  const kindOf = (path: string, change: ChangeKind, news: PlainRecord): ChangeKind =>
    change === "update" && kind.replaces?.(news, path) ? "update-replace" : change;
  return {
    check: ({ name, olds, news }) => {
      const { autoName } = kind;
      const given = { ...kind.defaults, ...news };
      const named = autoName === undefined || given[autoName] !== undefined;
      const inputs = named
        ? given
        : { ...given, [autoName]: olds[autoName] ?? `${name}-${randomBytes(4).toString("hex").slice(1)}` };
      if (autoName !== undefined && !named) tracer.made(name, { [autoName]: inputs[autoName] }, {});
      return { inputs, problems: unmapped(news, kind.inputs) };
    },
    diff: ({ name, id, olds, oldInputs, news, ignoreChanges }) =>
      tracer.during({ name, phase: "diff" }, async () => {
        const seen = (await described(id, oldInputs)) ?? olds;
        const found = withoutIgnored(changes(news, seen, oldInputs, kind.inputs), ignoreChanges);
        const detailedDiff = Object.fromEntries(Object.entries(found).map(([path, it]) => [path, kindOf(path, it, news)]));
        const changed = Object.keys(detailedDiff).length > 0;
        return { changed, detailedDiff, deleteBeforeReplace: kind.deleteBeforeReplace ?? false };
      }),
    create: ({ name, news, preview }) =>
      tracer.during({ name, phase: "create" }, async () => {
        if (preview) return { outputs: news };
        const id = await kind.create(cloud, news);
        tracer.made(name, { id }, {});
        try {
          const outputs = await outcome(id, news, true);
          tracer.made(name, outputs, news);
          return { id, outputs };
        } catch (error) {
          return { id, outputs: news, error: error instanceof Error ? error : new Error(String(error)) };
        }
      }),
    read: ({ name, id, oldInputs }) =>
      tracer.during({ name, phase: "read" }, async () => {
        const seen = await described(id, oldInputs);
        if (seen === undefined) return undefined;
        return { id, outputs: { ...oldInputs, ...seen }, inputs: drifted(oldInputs, seen, kind.inputs) };
      }),
    update: ({ name, id, olds, oldInputs, news, ignoreChanges, preview }) =>
      tracer.during({ name, phase: "update" }, async () => {
        if (preview) return { outputs: { ...olds, ...news } };
        const seen = (await described(id, oldInputs)) ?? olds;
        const changed = Object.keys(withoutIgnored(changes(news, seen, oldInputs, kind.inputs), ignoreChanges));
        const change: Change = { news, olds: seen, has: (path) => changed.some((it) => isAtOrBelow(it, path)) };
        if (changed.length > 0) await kind.update?.(cloud, id, change);
        return { outputs: await outcome(id, news, false) };
      }),
    delete: ({ name, id, olds, oldInputs }) =>
      tracer.during({ name, phase: "delete" }, () => kind.delete(cloud, id, { ...oldInputs, ...olds })),
  };
}

/** Stored inputs, with what is otherwise now: that is how a refresh tells drift. */
function drifted(oldInputs: PlainRecord, seen: PlainRecord, rules: InputRules): PlainRecord {
  const changed = new Set(Object.keys(changes(oldInputs, seen, oldInputs, rules)).map((path) => path.split(/[.[]/)[0]));
  return Object.fromEntries(Object.entries(oldInputs).map(([key, value]) => [key, changed.has(key) ? seen[key] : value]));
}

function withoutIgnored<T>(changed: Readonly<Record<string, T>>, ignored: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(changed).filter(([path]) => !ignored.some((it) => isAtOrBelow(path, it))));
}

const isAtOrBelow = (path: string, other: string): boolean =>
  path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`);
