import { engineInfo, type InfoReply } from "../../../../sdk/engine/docker/engine-info";
import { measureHost } from "../../../../sdk/engine/host/measure-host";

const version = { Version: "28.0.1", ApiVersion: "1.48", Arch: "arm64", Os: "linux", KernelVersion: "6.1" };
const info: InfoReply = {
  ID: "AB:CD",
  Name: "rack",
  Driver: "overlay2",
  DockerRootDir: "/var/lib/docker",
  NCPU: 4,
  MemTotal: 1024,
  LiveRestoreEnabled: true,
};

describe("what an engine says of itself", () => {
  it("tells the image store from the driver's status", () => {
    expect(engineInfo(info, version).imageStore).toBe("graphdriver");
    const DriverStatus = [["driver-type", "io.containerd.snapshotter.v1"]] as const;
    expect(engineInfo({ ...info, Driver: "overlayfs", DriverStatus }, version).imageStore).toBe("containerd");
  });

  it("becomes the measured host, with the machine id where the mover told it", async () => {
    const docker = { info: async () => engineInfo(info, version) };
    expect(await measureHost(docker)).toMatchObject({
      machineId: undefined,
      engineId: "AB:CD",
      arch: "arm64",
      liveRestore: true,
    });
    expect((await measureHost(docker, "0123")).machineId).toBe("0123");
  });

  it("lists the registries that it may use without TLS, by name and by range", () => {
    const RegistryConfig = {
      InsecureRegistryCIDRs: ["127.0.0.0/8"],
      IndexConfigs: { "docker.io": { Secure: true }, "registry.example:5000": { Secure: false } },
    };
    expect(engineInfo({ ...info, RegistryConfig }, version).insecureRegistries).toEqual(["registry.example:5000", "127.0.0.0/8"]);
    expect(engineInfo(info, version).insecureRegistries).toEqual([]);
  });
});
