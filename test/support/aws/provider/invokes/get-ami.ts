import { DescribeImagesCommand, type Image } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import { filters } from "../filters";
import type { PackageFunction } from "../functions";
import { tagOutputs } from "../tags";
import { flag, text, texts } from "../values";

export const getAmi: PackageFunction = {
  arguments: ["owners", "filters", "mostRecent", "nameRegex", "includeDeprecated"],
  async call(cloud, args) {
    const Owners = texts(args, "owners");
    const { Images = [] } = await cloud.ec2.send(
      new DescribeImagesCommand({
        ...filters(args),
        ...(Owners && { Owners }),
        IncludeDeprecated: flag(args, "includeDeprecated") ?? false,
      }),
    );
    const named = new RegExp(text(args, "nameRegex") ?? "");
    const found = Images.filter(({ Name = "" }) => named.test(Name)).sort(youngestFirst);
    const [first, second] = found;
    if (first === undefined) throw new Error("Your query returned no results. Please change your search criteria and try again.");
    if (second !== undefined && !flag(args, "mostRecent")) {
      throw new Error(
        "Your query returned more than one result. Please try a more specific search criteria, or set `most_recent` to true.",
      );
    }
    return { ...args, ...outputs(first, cloud.region) };
  },
};

const youngestFirst = (a: Image, b: Image) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? "");

const outputs = (image: Image, region: string): PlainRecord => ({
  id: image.ImageId,
  imageId: image.ImageId,
  arn: `arn:aws:ec2:${region}::image/${image.ImageId}`,
  architecture: image.Architecture,
  creationDate: image.CreationDate,
  description: image.Description ?? "",
  hypervisor: image.Hypervisor,
  name: image.Name,
  ownerId: image.OwnerId,
  public: image.Public,
  rootDeviceName: image.RootDeviceName,
  rootDeviceType: image.RootDeviceType,
  state: image.State,
  virtualizationType: image.VirtualizationType,
  region,
  ...{ tags: tagOutputs(image.Tags).tags },
});
