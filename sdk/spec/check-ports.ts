import { describePort, type Publication, portsClash } from "./port";
import { isUnknown } from "./unknown";
import type { Check } from "./workload-parts";

/** No two publications of the workload want one port of the host; replicas cannot share one. */
export const checkPorts: Check = ({ services, networks }) => {
  const taken: Publication[] = [];
  for (const { spec, place, publications } of services.values()) {
    for (const publication of publications) {
      if (isUnknown(publication.port.published)) continue;
      const other = taken.find(({ port }) => portsClash(port, publication.port));
      if (other === undefined) taken.push(publication);
      else
        publication.place.problem(
          `${describePort(publication.port)} is already published by ${other.place.path} (${describePort(other.port)})`,
        );
    }
    const [first] = publications;
    if (first === undefined) continue;
    if (spec.networkMode !== undefined) {
      place
        .key("ports")
        .problem(
          `a service with networkMode '${spec.networkMode.kind}' cannot publish ports${whereInstead[spec.networkMode.kind]}`,
        );
    }
    const joined = spec.networks.map(({ network }) => networks[network]);
    if (joined.length > 0 && joined.every((network) => network?.internal === true)) {
      place.key("ports").problem("Docker publishes no port of a service whose networks are all internal; add one that is not");
    }
    if (spec.replicas > 1) {
      place
        .key("replicas")
        .problem(
          `${spec.replicas} replicas cannot share the host's port ${describePort(first.port)}; put a proxy service in front`,
        );
    }
  }
};

const whereInstead = { host: ": its ports are the host's already", none: "", service: ": publish them on that service" };
