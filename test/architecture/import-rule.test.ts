import { readSources, roomOf, type Source } from "../support/sdk-sources";

/** DESIGN 5: what each room may import, besides itself. `node:` and packages without a line in `reserved` are free to all but spec. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "sdk/spec": [],
  "sdk/context": ["sdk/spec"],
  "sdk/engine": ["sdk/spec", "sdk/context"],
  "sdk/provider": ["sdk/engine", "sdk/spec"],
  "sdk/resources": ["sdk/spec", "sdk/context"],
  "sdk/lab": ["sdk/engine", "sdk/spec"],
  "sdk/cli": ["sdk/provider", "sdk/engine", "sdk/lab", "sdk/context", "sdk/spec"],
  // The public door.
  sdk: ["sdk/resources", "sdk/spec"],
  // Compositions of what a program imports; they read arguments and collect mistakes as resources do.
  components: ["sdk", "sdk/resources", "sdk/spec"],
  stacks: ["sdk", "components"],
};

/** Packages that only some rooms may load. */
const reserved: readonly { readonly package: RegExp; readonly rooms: readonly string[] }[] = [
  // The provider speaks Pulumi's protocol, but never loads the SDK's root: it costs every start.
  { package: /^@pulumi\/pulumi\/(proto|package\.json)/, rooms: ["sdk/provider", "sdk/resources", "sdk/cli"] },
  { package: /^@pulumi\/pulumi(?!\/(proto|package\.json))/, rooms: ["sdk/resources", "sdk/cli", "components", "stacks"] },
  // Deep imports only, and never but by who asks for them: whoever has no account at Amazon pays nothing for it.
  { package: /^@pulumi\/aws\/./, rooms: ["components", "stacks"] },
  { package: /^@pulumi\/aws$/, rooms: ["stacks"] },
  { package: /^@pulumi\/docker/, rooms: ["components", "stacks"] },
  { package: /^@aws-sdk\//, rooms: ["sdk/engine"] },
  { package: /^@grpc\//, rooms: ["sdk/provider", "sdk/cli"] },
  { package: /^dockerode$/, rooms: ["sdk/engine", "sdk/lab"] },
  { package: /^commander$/, rooms: ["sdk/cli"] },
];

/** The spec is pure: nothing of a machine but what computes. */
const pureModules = ["zod", "node:crypto", "node:net", "node:path"];

const sources = readSources("sdk", "components", "stacks");

describe("the import rule", () => {
  it("looks at the sources", () => expect(sources.length).toBeGreaterThan(50));

  it("lets every room import only what DESIGN 5 names", () => {
    expect(sources.flatMap(roomEdges)).toEqual([]);
  });

  it("lets only the rooms load a package that are meant to", () => {
    expect(sources.flatMap(packageEdges)).toEqual([]);
  });

  it("has a line for every room", () => {
    expect([...new Set(sources.map(({ path }) => roomOf(path)))].filter((room) => rooms[room] === undefined)).toEqual([]);
  });

  it("keeps the console to the command line, and the environment to it, the provider's start and what is told of a program", () => {
    const offences = sources.flatMap(({ path, text }) => {
      const room = roomOf(path);
      const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      return [
        ...(room.startsWith("sdk") && room !== "sdk/cli" && /\bconsole\.\w/.test(code) ? [`${path} uses console`] : []),
        ...(room.startsWith("sdk") && !mayReadEnvironment(path, room) && /\bprocess\.env\b/.test(code)
          ? [`${path} uses process.env`]
          : []),
      ];
    });
    expect(offences).toEqual([]);
  });
});

function roomEdges({ path, imports }: Source): string[] {
  const from = roomOf(path);
  return imports.flatMap(({ specifier, file }) => {
    const to = file === undefined ? undefined : roomOf(file);
    const free = to === undefined || to === from || rooms[from]?.includes(to) || file === "package.json";
    return free ? [] : [`${path} → ${specifier} (${from} may not import ${to})`];
  });
}

function packageEdges({ path, imports }: Source): string[] {
  const from = roomOf(path);
  return imports.flatMap(({ specifier, file }) => {
    if (file !== undefined) return [];
    const rule = reserved.find((candidate) => candidate.package.test(specifier));
    const allowed = from === "sdk/spec" ? pureModules.includes(specifier) : rule === undefined || rule.rooms.includes(from);
    return allowed ? [] : [`${path} → ${specifier} (not for ${from})`];
  });
}

function mayReadEnvironment(path: string, room: string): boolean {
  return ["sdk/cli", "sdk/provider"].includes(room) || path === "sdk/resources/program-facts.ts";
}
