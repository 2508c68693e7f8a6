/** What a transform must not make of a machine, as far as it is known while the program runs. Pure. */
import type { InstanceArgs } from "@pulumi/aws/ec2/instance";
import { userDataLimit } from "../../sdk/spec/cloud-init";
import type { Problem } from "../../sdk/spec/drayage-error";

export function judgeInstance({ userData, metadataOptions }: InstanceArgs): readonly Problem[] {
  const problem = (reason: string): Problem => ({ path: "transform.instance", reason });
  const size = typeof userData === "string" ? Buffer.byteLength(userData) : 0;
  const hops: unknown =
    typeof metadataOptions === "object" && "httpPutResponseHopLimit" in metadataOptions
      ? metadataOptions.httpPutResponseHopLimit
      : undefined;
  return [
    ...(size > userDataLimit ? [problem(`makes userData of ${size} bytes; Amazon takes ${userDataLimit} at most`)] : []),
    ...(typeof hops === "number" && !(hops >= 1 && hops <= 64)
      ? [problem(`makes a hop limit of ${hops}; expected a whole number from 1 to 64`)]
      : []),
  ];
}
