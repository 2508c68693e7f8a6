import { assertServable, dockerReachError } from "../../../../sdk/engine/connection/docker-reach-errors";

const socket = "/var/run/docker.sock";

describe("why no engine answers on a reached host", () => {
  it.each([
    [
      "DOCKER_PERMISSION",
      1,
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix: connect: permission denied",
    ],
    ["DOCKER_MISSING", 127, "bash: line 1: docker: command not found"],
    ["DOCKER_MISSING", 1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"],
    ["DOCKER_MISSING", 1, "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct"],
    ["DOCKER_MISSING", undefined, ""],
  ])("is %s", (code, exitCode, stderr) => {
    expect(dockerReachError("rack", socket, stderr, exitCode)).toMatchObject({
      code,
      subject: "rack",
      hint: expect.stringMatching(/./),
    });
  });
});

describe("a host that can be served", () => {
  it("has neither SELinux labels nor remapped users", () => {
    for (const options of [["name=selinux"], ["name=seccomp,profile=default", "name=userns"]])
      expect(() => assertServable("rack", options)).toThrow(expect.objectContaining({ code: "HOST_UNSUPPORTED" }));
    expect(() => assertServable("rack", ["name=apparmor", "name=seccomp,profile=default", "name=cgroupns"])).not.toThrow();
  });
});
