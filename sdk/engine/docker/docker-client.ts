import { processCalls } from "./attached-processes";
import { containerCalls } from "./containers";
import type { DockerEngine, EngineInfo } from "./docker-engine";
import { dockerHttp } from "./docker-http";
import { readEngineInfo } from "./engine-info";
import { imageCalls } from "./images";
import { networkCalls } from "./networks";
import { volumeCalls } from "./volumes";

/** A client of the engine behind a unix socket. Cheap to make: the first call dials and agrees on the API version. */
export function connectDocker(host: string, socketPath: string): DockerEngine {
  const http = dockerHttp(host, socketPath);
  const containers = containerCalls(http);
  let info: Promise<EngineInfo> | undefined;

  return {
    host,
    socketPath,
    info: () => {
      info ??= readEngineInfo(http).catch((error: unknown) => {
        info = undefined;
        throw error;
      });
      return info;
    },
    ...containers,
    ...processCalls(http, containers),
    ...imageCalls(http),
    ...volumeCalls(http),
    ...networkCalls(http),
  };
}
