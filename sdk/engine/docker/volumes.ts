/** Calls on volumes. */
import type { DockerEngine, VolumeInspect } from "./docker-engine";
import { type DockerHttp, encodePath } from "./docker-http";

type VolumeCalls = Pick<DockerEngine, "listVolumes" | "inspectVolume" | "createVolume" | "removeVolume">;

export function volumeCalls(http: DockerHttp): VolumeCalls {
  const at = (name: string): string => `/volumes/${encodePath(name)}`;
  return {
    listVolumes: async (filters) => {
      const call = { method: "GET", path: "/volumes", query: { filters }, action: "list volumes" } as const;
      return (await http.json<{ Volumes: VolumeInspect[] | null }>(call)).Volumes ?? [];
    },
    inspectVolume: (name) => http.find<VolumeInspect>({ method: "GET", path: at(name), action: `inspect volume ${name}` }),
    /** The engine answers with the old volume when the name exists: whoever must not take it over inspects first. */
    createVolume: (name, labels) =>
      http.json<VolumeInspect>({
        method: "POST",
        path: "/volumes/create",
        body: { Name: name, Labels: labels },
        action: `create volume ${name}`,
      }),
    removeVolume: (name) => http.done({ method: "DELETE", path: at(name), action: `remove volume ${name}` }, [404]),
  };
}
