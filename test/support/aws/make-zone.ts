/** A hosted zone of DNS, which programs have and do not make. */
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { Aws } from "./start-aws";

export async function makeZone({ endpoint, region }: Pick<Aws, "endpoint" | "region">, name: string): Promise<string> {
  const client = new Route53Client({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name: name, CallerReference: name }));
  client.destroy();
  return HostedZone?.Id?.split("/").at(-1) ?? "";
}
