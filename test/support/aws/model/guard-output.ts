/** An answer that throws when something is read out of it that AWS's model does not have. */
import { type ApiModel, ModelMismatch } from "./api-model";

export function guardOutput<T>(model: ApiModel, operation: string, output: T): T {
  const shape = model.operations[operation]?.output;
  return guard(model, shape, output, operation) as T;
}

function guard(model: ApiModel, name: string | undefined, value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const shape = name === undefined ? undefined : model.shapes[name];
  if (Array.isArray(value)) return value.map((item, i) => guard(model, shape?.member, item, `${path}[${i}]`));
  if (shape?.type === "map") return value;
  const guarded = Object.entries(value).map(([key, item]) => [key, guard(model, shape?.members?.[key], item, `${path}.${key}`)]);
  return new Proxy(Object.fromEntries(guarded) as object, {
    get(target, key, receiver) {
      if (typeof key === "string" && shape?.members?.[key] === undefined && !ofEveryObject(key)) {
        throw new ModelMismatch(`${path}.${key}: AWS answers no such field`);
      }
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
}

/** The SDK adds $metadata; promises ask for `then`, printers for toJSON. */
const ofEveryObject = (key: string) => key === "$metadata" || key === "then" || key === "toJSON" || key in Object.prototype;
