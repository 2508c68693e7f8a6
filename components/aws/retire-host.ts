/** A host on its way out: what is made of it in each of the two steps, and what stands for it when there is nothing any more. */
import { type Input, type Output, output } from "@pulumi/pulumi";
import { declareHost, declareLeaving } from "../../sdk/resources/declared-hosts";
import { HostKey } from "../../sdk/resources/host-key";
import { Retirement, retire } from "../../sdk/resources/retirement";
import { assembleHost, type HostParts } from "./assemble-host";
import type { HostWish } from "./host-wish";
import type { Ec2HostSpec } from "./read-ec2-host";

type Ids = { readonly [K in Exclude<keyof HostParts, "ref" | "parts" | "isLost" | "diskElsewhere">]: string };

const gone: Ids = { address: "", instanceId: "", networkInterfaceId: "", endpointAddress: "", dataVolumeId: "" };

export function retireHost(wish: HostWish, spec: Ec2HostSpec): HostParts {
  const { name, parent } = wish;
  const ids = retire<Ids>(name, {
    unseen: spec.retired === "unseen",
    options: { parent },
    unlock(mark): Input<Ids> {
      const { ref: _, isLost: _l, parts, diskElsewhere, ...made } = assembleHost(wish, spec, { kept: false });
      declareLeaving(name);
      new Retirement(mark, name, { step: "mark", diskStays: diskElsewhere }, { parent, dependsOn: [...parts] });
      return output(made) as Output<Ids>;
    },
    leave: () => gone,
  });
  const made = partsOf(wish, ids);
  declareLeaving(name);
  return made;
}

/** Of wrong arguments: the key tells the mistakes of the program, and never comes to be. */
export function noHost(wish: HostWish): HostParts {
  new HostKey(wish.name, { parent: wish.parent });
  return partsOf(wish, output(gone));
}

function partsOf({ name }: HostWish, ids: Output<Ids>): HostParts {
  const { address, instanceId, networkInterfaceId, endpointAddress, dataVolumeId } = ids;
  const nothing = output("");
  const ref = declareHost(name, {
    name,
    connection: { kind: "ssh", address },
    ...{ engineId: nothing, machineId: nothing, arch: nothing },
  });
  return {
    ref,
    address,
    instanceId,
    networkInterfaceId,
    endpointAddress,
    dataVolumeId,
    isLost: output(false),
    diskElsewhere: output(false),
    parts: [],
  };
}
