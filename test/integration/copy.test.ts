import { randomBytes } from "node:crypto";
import { type CopyRequest, type CopySession, openCopy } from "../../sdk/engine/data/copy-session";
import { openHashSession } from "../../sdk/engine/data/hash-session";
import { measureVolumes } from "../../sdk/engine/data/measure-volumes";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { engineClock } from "../support/engine-clock";
import { volumeCorpus as corpus } from "../support/volume-corpus";

const image = "debian:bookworm-slim";

/** What live programs do between rounds, with the cases that fool a quick check. */
const mutation = `
set -e; cd /v
printf 'changed' | dd of=table bs=1 seek=1000000 conv=notrunc 2>/dev/null
mv deep/er/file deep/renamed; rm empty; mkdir empty; printf more >> empty/in; rm deep/hard; ln zeros again
touch -r setuid stamp; printf '!#' > setuid; touch -r stamp setuid; chmod 6755 setuid; rm stamp
printf 'tail' >> sparse; rm fifo; mv absolute relative; chown 5:6 sticky
`;

jest.setTimeout(60_000);

describe("carrying a volume between engines", () => {
  const docker = connectDocker("local", "/var/run/docker.sock");
  const volumes: string[] = [];
  const sessions: CopySession[] = [];

  const volume = async (name: string): Promise<string> => {
    const full = `drayage-test-${randomBytes(4).toString("hex")}-${name}`;
    await docker.createVolume(full, { "dev.drayage.kind": "test" });
    volumes.push(full);
    return full;
  };

  const shell = async (name: string, script: string, caps: string[] = []): Promise<string> => {
    const exit = await docker.runOnce(`drayage-test-${randomBytes(4).toString("hex")}`, {
      Image: image,
      Cmd: ["sh", "-c", script],
      HostConfig: { Binds: [`${name}:/v`], NetworkMode: "none", CapAdd: caps },
    });
    if (exit.exitCode !== 0) throw new Error(exit.stderr.toString());
    return exit.stdout.toString();
  };

  const open = async (source: string, target: string, more: Partial<CopyRequest> = {}): Promise<CopySession> => {
    const context = { signal: new AbortController().signal, clock: engineClock };
    const session = await openCopy({ source: { docker, volume: source }, target: { docker, volume: target }, context, ...more });
    sessions.push(session);
    return session;
  };

  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    for (const name of volumes.splice(0)) await docker.removeVolume(name);
  });

  it("carries everything, then only what changed, and proves it", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, corpus);
    const copy = await open(source, target);
    const survey = await copy.scan();
    expect(survey.findings).toEqual([expect.objectContaining({ kind: "socket", path: "socket" })]);
    const first = await copy.round({ final: false });
    expect(first.bytes).toBeGreaterThan(3e6);
    expect(first.bytes).toBeLessThan(3.3e6); // neither holes nor zeros nor second links travel
    await shell(source, mutation);
    const second = await copy.round({ final: false });
    expect(second.bytes).toBeLessThan(60_000);
    await copy.round({ final: true });
    expect(await copy.verify()).toMatchObject({ equal: true, differences: [] });
    expect((await copy.verify({ full: false })).rootHash).toBe((await copy.verify()).rootHash);
    // The same as a receipt will say of either of them, whenever it is taken.
    const reader = await openHashSession({ docker, volumes: [source, target], clock: engineClock });
    const hashes = [(await reader.hash(source)).hash, (await reader.hash(target)).hash];
    await reader.close();
    expect(hashes).toEqual([copy.provedData, copy.provedData]);
    const look = "cd /v; stat -c '%n %a %u:%g %y' dangling deep sticky setuid; readlink relative deep/climbing; ls";
    expect(await shell(target, look)).toBe((await shell(source, look)).replace("socket\n", ""));
    const [measured] = await measureVolumes(docker, [target]);
    expect(measured?.allocatedBytes).toBeLessThan(10e6); // sparse alone has 64 MB
  });

  it("sees a store through a mapping that moved no time", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    const writer = await docker.createContainer(`drayage-test-${randomBytes(4).toString("hex")}`, {
      Image: image,
      // Stores through the mapping at each line on stdin, by read(2) from a pipe; system calls by amd64's numbers.
      Cmd: ["perl", "-e", mappedWriter],
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: { Binds: [`${source}:/v`], NetworkMode: "none", AutoRemove: true },
    });
    const attached = await docker.attach(writer, { stdin: true });
    try {
      await docker.startContainer(writer);
      const stored = lineReader(attached.stdout);
      await stored();
      const copy = await open(source, target);
      await copy.round({ final: false });
      await engineClock.sleep(2200); // past the window in which a fresh time is not trusted
      await copy.round({ final: false });
      attached.stdin.write("\n");
      await stored();
      attached.stdin.end();
      await docker.waitContainer(writer).catch(() => undefined);
      await copy.round({ final: true });
      expect(await copy.verify()).toMatchObject({ equal: true });
    } finally {
      attached.close();
      await docker.removeContainer(writer, { force: true }).catch(() => undefined);
    }
  });

  it("finds one wrong byte on the target and names its file", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, corpus);
    const copy = await open(source, target);
    await copy.round({ final: true });
    await shell(
      target,
      "cd /v; touch -r table t; printf '\\377\\0' | dd of=table bs=1 seek=2000000 conv=notrunc; touch -r t table; rm t; chmod 600 zeros",
    );
    const { equal, differences } = await copy.verify();
    expect(equal).toBe(false);
    expect(differences).toEqual(
      expect.arrayContaining(["table: content", "deep/hard: content", expect.stringMatching(/^zeros: mode 100644 → 100600$/)]),
    );
  });

  it("refuses a target with content unless told to replace it, and then sends only what is missing", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, corpus);
    await shell(target, "echo precious > /v/mine");
    await expect((await open(source, target)).round({ final: false })).rejects.toMatchObject({ code: "DATA_PROTECTED" });
    expect(await shell(target, "cat /v/mine")).toBe("precious\n");
    const first = await open(source, target, { existing: "replace" });
    await first.round({ final: false });
    await first.close();
    const resumed = await open(source, target, { existing: "replace" });
    expect((await resumed.round({ final: true })).bytes).toBeLessThan(20_000);
    expect(await resumed.verify()).toMatchObject({ equal: true });
  });

  it("names what cannot be carried before anything is copied", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, "mknod /v/null c 1 3; mkdir /v/a; echo x > /v/a/frozen");
    const [measured] = await measureVolumes(docker, [source]);
    expect(measured?.findings).toEqual([
      expect.objectContaining({ kind: "device", path: "null", text: expect.stringMatching(/^null: /) }),
    ]);
    await expect((await open(source, target)).round({ final: false })).rejects.toMatchObject({
      code: "MOVE_REFUSED",
      message: expect.stringContaining("null"),
    });
    const allowed = await open(source, target, { allowDevices: true });
    await allowed.round({ final: true });
    expect(await allowed.verify()).toMatchObject({ equal: true });
  });

  it.each(["sourceContainer", "targetContainer"] as const)("says clearly that the %s died", async (end) => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, "head -c 200000000 /dev/urandom > /v/big");
    const copy = await open(source, target);
    const round = copy.round({ final: false });
    const failed = expect(round).rejects.toMatchObject({
      code: "MOVE_FAILED",
      message: expect.stringContaining(end.slice(0, 6)),
    });
    await docker.removeContainer(copy[end], { force: true });
    await failed;
    await copy.close();
  });

  it("ends at once when it is cancelled, and leaves no container", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, "head -c 200000000 /dev/urandom > /v/big");
    const cancel = new AbortController();
    const copy = await open(source, target, { context: { signal: cancel.signal, clock: engineClock } });
    const round = copy.round({ final: false });
    cancel.abort();
    await expect(round).rejects.toMatchObject({ code: "CANCELLED" });
    await copy.close();
    expect(await docker.inspectContainer(copy.sourceContainer)).toBeUndefined();
    expect(await docker.inspectContainer(copy.targetContainer)).toBeUndefined();
  });

  it("never makes a volume by asking about it", async () => {
    const name = `drayage-test-${randomBytes(4).toString("hex")}`;
    await expect(measureVolumes(docker, [name])).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await docker.inspectVolume(name)).toBeUndefined();
  });
});

const mappedWriter = String.raw`
  $| = 1; open(my $f, "+>", "/v/mapped") or die; truncate($f, 65536); syswrite($f, "x" x 65536);
  my $at = syscall(9, 0, 65536, 3, 1, fileno($f), 0); die "$!" if $at == -1;
  sub store { pipe(my $r, my $w); syswrite($w, shift); syscall(0, fileno($r), $at + 8192, 1) == 1 or die "$!"; print "stored\n" }
  store("a"); <STDIN>; store("b"); <STDIN>;
`;

function lineReader(stream: NodeJS.ReadableStream): () => Promise<void> {
  let lines = 0;
  let wanted = 0;
  let wake: () => void = () => undefined;
  stream.on("data", (chunk: Buffer) => {
    lines += chunk.toString().split("\n").length - 1;
    if (lines >= wanted) wake();
  });
  return () =>
    new Promise((resolve) => {
      wanted += 1;
      wake = resolve;
      if (lines >= wanted) resolve();
    });
}
