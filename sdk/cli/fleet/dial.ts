import { connectDocker } from "../../engine/docker/docker-client";
import { createRecordStore } from "../../engine/record/create-record-store";
import { DrayageError } from "../../spec/drayage-error";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import type { Dial } from "./fleet";

export function openDial(_terminal: Terminal, _projectDir: string): { readonly dial: Dial; close(): Promise<void> } {
  return {
    async dial(name, spec) {
      if (spec.kind !== "local") throw new DrayageError("NOT_SUPPORTED", "ssh is not here yet");
      const docker = connectDocker(name, spec.socket ?? "/var/run/docker.sock");
      return { name, docker, record: createRecordStore(docker, { clock: systemClock }) };
    },
    close: async () => undefined,
  };
}
