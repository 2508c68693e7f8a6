import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import type { ContainerBody } from "../../sdk/engine/docker/docker-engine";
import { describeUnless } from "../support/describe-unless";
import { freePort } from "../support/free-ports";

const socketPath = "/var/run/docker.sock";
const image = "debian:bookworm-slim";
const run = randomBytes(4).toString("hex");
const docker = connectDocker("here", socketPath);
const made = {
  containers: new Set<string>(),
  volumes: new Set<string>(),
  networks: new Set<string>(),
  images: new Set<string>(),
};

const body = (command: readonly string[], more: Partial<ContainerBody> = {}): ContainerBody => ({
  Image: image,
  Cmd: [...command],
  Labels: { "dev.drayage.kind": "helper", "dev.drayage.identity": run },
  ...more,
  HostConfig: { NetworkMode: "none", ...more.HostConfig },
});
const create = async (name: string, command: readonly string[], more: Partial<ContainerBody> = {}): Promise<string> => {
  const id = await docker.createContainer(`dray-test-${run}-${name}`, body(command, more));
  made.containers.add(id);
  return id;
};
const text = async (stream: Readable): Promise<string> => Buffer.concat((await stream.toArray()) as Buffer[]).toString();

const suite = describeUnless(existsSync(socketPath) ? undefined : `no Docker socket at ${socketPath}`);

suite("the Docker client against a real engine", () => {
  afterAll(async () => {
    for (const id of made.containers) await docker.removeContainer(id, { force: true });
    for (const name of made.volumes) await docker.removeVolume(name);
    for (const id of made.networks) await docker.removeNetwork(id);
    for (const ref of made.images) await docker.removeImage(ref);
  });

  it("says what the engine is, in Docker's words for architectures", async () => {
    const info = await docker.info();
    expect(["amd64", "arm64"]).toContain(info.arch);
    expect(info.id).not.toBe("");
    expect(await docker.info()).toBe(info);
  });

  it("finds nothing as undefined", async () => {
    expect(await docker.inspectContainer(`none-${run}`)).toBeUndefined();
    expect(await docker.inspectImage(`none-${run}`)).toBeUndefined();
    expect(await docker.inspectVolume(`none-${run}`)).toBeUndefined();
    expect(await docker.inspectNetwork(`none-${run}`)).toBeUndefined();
  });

  it("walks a container through its life, and repeats of stop and remove are fine", async () => {
    const id = await create("life", ["sleep", "60"]);
    await docker.startContainer(id);
    await docker.startContainer(id);
    await docker.setRestartPolicy(id, { Name: "unless-stopped" });
    await docker.renameContainer(id, `dray-test-${run}-renamed`);
    const seen = await docker.inspectContainer(`dray-test-${run}-renamed`);
    expect(seen).toMatchObject({ Id: id, State: { Running: true }, HostConfig: { RestartPolicy: { Name: "unless-stopped" } } });
    expect(await docker.listContainers({ label: [`dev.drayage.identity=${run}`], id: [id] })).toHaveLength(1);
    await docker.killContainer(id, "SIGKILL");
    expect(await docker.waitContainer(id)).toBe(137);
    await docker.stopContainer(id, 0);
    await docker.removeContainer(id);
    await docker.removeContainer(id);
    expect(await docker.inspectContainer(id)).toBeUndefined();
  });

  it("half-closes stdin of an attached container: the process sees the end and still answers", async () => {
    const id = await create("cat", ["sh", "-c", "cat; echo done; echo note >&2"], {
      AttachStdin: true,
      OpenStdin: true,
      StdinOnce: true,
    });
    const attached = await docker.attach(id, { stdin: true });
    await docker.startContainer(id);
    attached.stdin.end("hello\n");
    expect(await Promise.all([text(attached.stdout), text(attached.stderr)])).toEqual(["hello\ndone\n", "note\n"]);
    expect(await docker.waitContainer(id)).toBe(0);
  });

  it("carries megabytes through an attached container unchanged", async () => {
    const sent = randomBytes(8 * 1024 * 1024);
    const exit = await docker.runOnce(`dray-test-${run}-bulk`, body(["cat"]), Readable.from(slices(sent, 100_003)));
    expect(exit.exitCode).toBe(0);
    expect(exit.stdout.equals(sent)).toBe(true);
  });

  it("runs a container once, tells its exit code and leaves nothing behind", async () => {
    const name = `dray-test-${run}-once`;
    const exit = await docker.runOnce(
      name,
      body(["sh", "-c", "read a; echo got $a; echo bad >&2; exit 7"]),
      Buffer.from("word\n"),
    );
    expect({ ...exit, stdout: exit.stdout.toString(), stderr: exit.stderr.toString() }).toEqual({
      exitCode: 7,
      stdout: "got word\n",
      stderr: "bad\n",
    });
    expect(await docker.inspectContainer(name)).toBeUndefined();
  });

  it("does not wait for a reader of stdin that never comes", async () => {
    const exit = await docker.runOnce(`dray-test-${run}-deaf`, body(["true"]), Buffer.alloc(1024 * 1024));
    expect(exit.exitCode).toBe(0);
  });

  it("says START_FAILED for a command that is not there, and removes what it made", async () => {
    const name = `dray-test-${run}-nocommand`;
    await expect(docker.runOnce(name, body(["/no/such/command"]))).rejects.toMatchObject({ code: "START_FAILED" });
    expect(await docker.inspectContainer(name)).toBeUndefined();
  });

  it("executes in a running container with stdin, environment and exit code", async () => {
    const id = await create("exec", ["sleep", "60"]);
    await docker.startContainer(id);
    const exit = await docker.exec(id, ["sh", "-c", "cat; echo $WORD; exit 3"], {
      stdin: Buffer.from("in\n"),
      env: ["WORD=out"],
    });
    expect({ code: exit.exitCode, stdout: exit.stdout.toString() }).toEqual({ code: 3, stdout: "in\nout\n" });
    await expect(docker.exec(id, ["sleep", "30"], { timeoutMs: 100 })).rejects.toMatchObject({ code: "DOCKER_FAILED" });
  });

  it("executes interactively, with and without a terminal", async () => {
    const id = await create("shell", ["sleep", "60"]);
    await docker.startContainer(id);
    for (const tty of [false, true]) {
      const shell = await docker.execInteractive(id, ["sh"], { tty, workingDir: "/tmp" });
      if (tty) await shell.resize({ h: 24, w: 100 });
      shell.stream.write("pwd; echo err >&2; exit 4\n");
      const output = await text(shell.stream);
      expect(output).toMatch(/\/tmp\r?\n/);
      expect(output).toContain("err");
      expect(await shell.exitCode()).toBe(4);
    }
  });

  it("reads logs without framing, with a terminal and without", async () => {
    for (const Tty of [false, true]) {
      const id = await create(`logs-${Tty}`, ["sh", "-c", "for i in 1 2 3; do echo line $i; done; sleep 1; echo last >&2"], {
        Tty,
      });
      await docker.startContainer(id);
      await docker.waitContainer(id);
      expect((await docker.tailLogs(id, 2)).replace(/\r/g, "")).toBe("line 3\nlast\n");
      const { stdout } = await docker.followLogs(id, { follow: false });
      expect(await text(stdout)).toContain("line 1");
    }
  });

  it("stops following logs when told to", async () => {
    const id = await create("follow", ["sh", "-c", "echo up; sleep 60"]);
    await docker.startContainer(id);
    const stop = new AbortController();
    const { stdout } = await docker.followLogs(id, { follow: true }, stop.signal);
    const lines: string[] = [];
    const following = (async () => {
      for await (const chunk of stdout) {
        lines.push(String(chunk));
        stop.abort();
      }
    })();
    await expect(following).rejects.toMatchObject({ code: "CANCELLED" });
    expect(lines).toEqual(["up\n"]);
  });

  it("tells a missing path from a missing container", async () => {
    const id = await create("files", ["true"]);
    const archive = await docker.getArchive(id, "/etc/debian_version");
    if (archive === undefined) throw new Error("the archive is missing");
    await docker.putArchive(id, "/tmp", archive, { copyUidGid: true });
    expect((await (await docker.getArchive(id, "/tmp/debian_version"))?.toArray())?.length).toBeGreaterThan(0);
    expect(await docker.getArchive(id, "/tmp/nothing")).toBeUndefined();
    await expect(docker.getArchive(`none-${run}`, "/tmp")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("names a taken name and a taken port", async () => {
    await create("name", ["true"]);
    await expect(create("name", ["true"])).rejects.toMatchObject({ code: "NAME_TAKEN" });
    const network = await docker.createNetwork({ Name: `dray-test-${run}-port` });
    made.networks.add(network);
    const port = String(await freePort());
    const publish = {
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { NetworkMode: network, PortBindings: { "80/tcp": [{ HostPort: port }] } },
    };
    await docker.startContainer(await create("port-1", ["sleep", "60"], publish));
    const second = docker.startContainer(await create("port-2", ["sleep", "60"], publish));
    await expect(second).rejects.toMatchObject({ code: "PORT_TAKEN", message: expect.stringContaining(`port ${port} `) });
  });

  it("says IMAGE_NOT_FOUND for a container of an image that is not there", async () => {
    const absent = docker.createContainer(`dray-test-${run}-noimage`, { Image: `none-${run}:1` });
    await expect(absent).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  });

  it("makes, lists, joins and removes networks and volumes", async () => {
    const labels = { "dev.drayage.identity": run };
    const network = await docker.createNetwork({ Name: `dray-test-${run}`, Labels: labels });
    made.networks.add(network);
    await expect(docker.createNetwork({ Name: `dray-test-${run}` })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    const id = await create("joined", ["true"], { HostConfig: { NetworkMode: network } });
    await docker.disconnectNetwork(network, id);
    await docker.connectNetwork(network, id, { Aliases: ["db"] });
    expect((await docker.inspectContainer(id))?.NetworkSettings.Networks).toHaveProperty(`dray-test-${run}`);
    await docker.disconnectNetwork(network, id);
    expect(await docker.listNetworks({ label: [`dev.drayage.identity=${run}`] })).toHaveLength(1);
    await docker.removeNetwork(network);
    await docker.removeNetwork(network);

    const volume = await docker.createVolume(`dray-test-${run}`, labels);
    made.volumes.add(volume.Name);
    expect((await docker.inspectVolume(volume.Name))?.Labels).toEqual(labels);
    expect(await docker.listVolumes({ label: [`dev.drayage.identity=${run}`] })).toHaveLength(1);
    await docker.removeVolume(volume.Name);
    await docker.removeVolume(volume.Name);
  });

  it("tags, saves and loads an image, and refuses a broken one", async () => {
    const ref = `dray-test-${run}:1`;
    const id = await create("empty", ["true"]);
    expect(id).toBeTruthy();
    await docker.tagImage(image, `dray-test-${run}`, "1");
    made.images.add(ref);
    expect(await docker.listImages({ reference: [ref] })).toHaveLength(1);
    const seen: string[] = [];
    await docker.loadImage(await docker.saveImage(ref), (line) => seen.push(line.status));
    expect(seen.join()).toContain(ref);
    await expect(docker.loadImage(Buffer.from("no tar at all"))).rejects.toMatchObject({ code: "DOCKER_FAILED" });
    await docker.removeImage(ref);
    await docker.removeImage(ref);
  }, 60_000);

  it("tells a refusing registry from a missing image", async () => {
    let status = 401;
    const registry = createServer((_request, answer) => {
      const code = status === 401 ? "UNAUTHORIZED" : "MANIFEST_UNKNOWN";
      answer.writeHead(_request.url === "/v2/" && status === 404 ? 200 : status, { "Content-Type": "application/json" });
      answer.end(
        JSON.stringify({ errors: [{ code, message: code === "UNAUTHORIZED" ? "authentication required" : "manifest unknown" }] }),
      );
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
    const ref = `127.0.0.1:${(registry.address() as AddressInfo).port}/none:1`;
    await expect(docker.pullImage(ref)).rejects.toMatchObject({ code: "REGISTRY_AUTH" });
    status = 404;
    await expect(docker.pullImage(ref)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    registry.close();
    registry.closeAllConnections();
  });

  it("says HOST_UNREACHABLE where nobody listens", async () => {
    const nobody = connectDocker("ghost", join(tmpdir(), `none-${run}.sock`));
    await expect(nobody.listContainers()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  });
});

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
