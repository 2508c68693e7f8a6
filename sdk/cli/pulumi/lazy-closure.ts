/**
 * Pulumi's SDK loads TypeScript and npm's arborist at its start, for serialising closures, which no program of ours does: a third
 * of its loading time. They are loaded when something is first asked of them.
 */
import Module from "node:module";

interface ModuleLoading {
  _load(request: string, parent: { readonly filename?: string } | undefined, isMain: boolean): unknown;
}

const loading = Module as unknown as ModuleLoading;
const deferred: ReadonlySet<string> = new Set(["typescript", "@npmcli/arborist"]);

/** Yields a function that puts things back. */
export function deferClosureModules(): () => void {
  const load = loading._load;
  loading._load = (request, parent, isMain) => {
    const now = () => load.call(Module, request, parent, isMain);
    const ofSdk = /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "");
    return ofSdk && deferred.has(request) ? whenAsked(now) : now();
  };
  return () => {
    loading._load = load;
  };
}

function whenAsked(load: () => unknown): unknown {
  let loaded: object | undefined;
  const target = () => {
    loaded ??= load() as object;
    return loaded;
  };
  return new Proxy(
    {},
    {
      // The first question of TypeScript's import: as an ES module it is taken as it is, instead of being copied name by name.
      get: (_, key) => key === "__esModule" || Reflect.get(target(), key),
      has: (_, key) => Reflect.has(target(), key),
      ownKeys: () => Reflect.ownKeys(target()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(target(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}
