import { type DockerFailure, dockerError, dockerStatus } from "../../../../sdk/engine/docker/docker-errors";
import type { ErrorCode } from "../../../../sdk/spec/drayage-error";

const failure = (part: Partial<DockerFailure>): DockerFailure => ({
  host: "rack",
  action: "start container db",
  message: "",
  ...part,
});

const table: readonly [ErrorCode, Partial<DockerFailure>][] = [
  [
    "PORT_TAKEN",
    {
      status: 500,
      message:
        "driver failed programming external connectivity on endpoint x (1f): Bind for 0.0.0.0:8080 failed: port is already allocated",
    },
  ],
  [
    "PORT_TAKEN",
    {
      status: 500,
      message:
        "driver failed programming external connectivity on endpoint x (1f): Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use",
    },
  ],
  [
    "NAME_TAKEN",
    {
      status: 409,
      message:
        'Conflict. The container name "/db" is already in use by container "0f". You have to remove (or rename) that container to be able to reuse that name.',
    },
  ],
  ["NAME_TAKEN", { status: 409, message: "network with name shop already exists" }],
  [
    "DOCKER_FAILED",
    { status: 409, message: "You cannot remove a running container 0f. Stop the container before attempting removal" },
  ],
  ["DISK_FULL", { status: 500, message: "write /var/lib/docker/tmp/x: no space left on device" }],
  [
    "DISK_FULL",
    { message: "failed to register layer: Error processing tar file(exit status 1): write /x: no space left on device" },
  ],
  ["REGISTRY_AUTH", { message: "Head https://r.example/v2/a/manifests/1: no basic auth credentials" }],
  ["REGISTRY_AUTH", { message: "unauthorized: authentication required" }],
  ["REGISTRY_AUTH", { message: "denied: requested access to the resource is denied" }],
  [
    "REGISTRY_UNREACHABLE",
    {
      action: "push r.example/web:1",
      message: 'Get "https://r.example/v2/": dial tcp 10.0.0.9:443: connect: connection refused',
    },
  ],
  [
    "REGISTRY_UNREACHABLE",
    { action: "pull r.example/web:1", message: "dial tcp: lookup r.example on 10.0.0.1:53: no such host" },
  ],
  [
    "REGISTRY_UNREACHABLE",
    { action: "pull r.example/web:1", message: 'Get "https://r.example/v2/": x509: certificate signed by unknown authority' },
  ],
  ["REGISTRY_UNREACHABLE", { action: "pull nginx:1", message: "toomanyrequests: You have reached your pull rate limit." }],
  ["REGISTRY_UNREACHABLE", { action: "push r/web:1", message: "received unexpected HTTP status: 503 Service Unavailable" }],
  [
    "REGISTRY_INSECURE",
    { action: "push r.example/web:1", message: 'Get "https://r.example/v2/": http: server gave HTTP response to HTTPS client' },
  ],
  // A registry of another matter: what a container's start says of its network is not one.
  ["DOCKER_FAILED", { action: "start container db", message: "dial tcp 10.0.0.9:443: connect: connection refused" }],
  [
    "IMAGE_NOT_FOUND",
    {
      action: "push 1.dkr.ecr.example/web:1",
      message: "name unknown: The repository with name 'web' does not exist in the registry with id '1'",
    },
  ],
  ["IMAGE_NOT_FOUND", { status: 404, message: "manifest for nginx:nope not found: manifest unknown: manifest unknown" }],
  ["IMAGE_NOT_FOUND", { status: 404, action: "create container db", message: "No such image: nope:1" }],
  [
    "IMAGE_NOT_FOUND",
    {
      status: 404,
      message:
        "pull access denied for postgress, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    },
  ],
  [
    "START_FAILED",
    { status: 400, message: 'OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown' },
  ],
  ["NOT_FOUND", { status: 404, message: "No such container: db" }],
  ["HOST_UNREACHABLE", { systemCode: "ECONNREFUSED", message: "connect ECONNREFUSED /run/x.sock" }],
  ["HOST_UNREACHABLE", { systemCode: "ENOENT", message: "connect ENOENT /run/x.sock" }],
  ["HOST_UNREACHABLE", { systemCode: "ECONNRESET", message: "socket hang up" }],
  ["DOCKER_PERMISSION", { systemCode: "EACCES", message: "connect EACCES /var/run/docker.sock" }],
  ["DOCKER_FAILED", { status: 500, message: "something else" }],
];

describe("what a failed Docker call means", () => {
  it.each(table)("is %s", (code, part) => {
    const error = dockerError(failure(part));
    expect(error.code).toBe(code);
    expect(error.subject).toBe(`${part.action ?? "start container db"} on rack`);
  });

  it("names the port", () => {
    expect(
      dockerError(failure({ status: 500, message: "Bind for 0.0.0.0:8080 failed: port is already allocated" })).message,
    ).toContain("port 8080");
    expect(
      dockerError(failure({ status: 500, message: "listen tcp4 0.0.0.0:8081: bind: address already in use" })).message,
    ).toContain("port 8081");
  });

  it("keeps the status of the answer for whoever must decide by it", () => {
    expect(dockerStatus(dockerError(failure({ status: 409, message: "x" })))).toBe(409);
    expect(dockerStatus(new Error("x"))).toBeUndefined();
  });
});
