import { type _InstanceType, DescribeInstanceTypesCommand } from "@aws-sdk/client-ec2";
import type { PackageFunction } from "../functions";
import { requiredText } from "../values";

export const getInstanceType: PackageFunction = {
  arguments: ["instanceType"],
  async call(cloud, args) {
    const InstanceTypes = [requiredText(args, "instanceType") as _InstanceType];
    const found = (await cloud.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes }))).InstanceTypes?.[0];
    if (found === undefined) throw new Error(`no matching EC2 Instance Type found: ${InstanceTypes[0]}`);
    return {
      id: found.InstanceType,
      instanceType: found.InstanceType,
      region: cloud.region,
      bareMetal: found.BareMetal,
      burstablePerformanceSupported: found.BurstablePerformanceSupported,
      currentGeneration: found.CurrentGeneration,
      defaultVcpus: found.VCpuInfo?.DefaultVCpus,
      ebsEncryptionSupport: found.EbsInfo?.EncryptionSupport,
      ebsNvmeSupport: found.EbsInfo?.NvmeSupport,
      ebsOptimizedSupport: found.EbsInfo?.EbsOptimizedSupport,
      hypervisor: found.Hypervisor,
      maximumIpv4AddressesPerInterface: found.NetworkInfo?.Ipv4AddressesPerInterface,
      maximumNetworkInterfaces: found.NetworkInfo?.MaximumNetworkInterfaces,
      memorySize: found.MemoryInfo?.SizeInMiB,
      supportedArchitectures: found.ProcessorInfo?.SupportedArchitectures ?? [],
      supportedRootDeviceTypes: found.SupportedRootDeviceTypes ?? [],
      supportedVirtualizationTypes: found.SupportedVirtualizationTypes ?? [],
    };
  },
};
