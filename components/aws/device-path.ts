/** The name by which a Nitro machine knows a volume: by its id without the dash, whatever the order of its disks. Pure. */
export const devicePath = (volumeId: string): string =>
  `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volumeId.replace("-", "")}`;
