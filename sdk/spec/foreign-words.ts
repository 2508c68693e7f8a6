/** Words of Compose that people will paste and that are not ours: what to do instead. */
export const foreignServiceWords: Readonly<Record<string, string>> = {
  build: "make an Image and write image: theImage.ref",
  containerName: "containers are named after workload, service and replica",
  container_name: "containers are named after workload, service and replica",
  deploy: "write replicas, memory, cpus and pids directly",
  develop: "it is for Compose's watch only: leave it out",
  dns: "Docker's resolver is needed for service names: use extraHosts",
  expose: "services reach each other on every port: leave it out",
  extends: "use a function or a spread of TypeScript",
  links: "services reach each other by name: leave it out",
  memLimit: "write it as 'memory'",
  mem_limit: "write it as 'memory'",
  memswapLimit: "swap is not limited apart from 'memory': leave it out",
  name: "the name is the key of the service",
  pidsLimit: "write it as 'pids'",
  pids_limit: "write it as 'pids'",
  privileged: "containers get no privileges; add capabilities with capAdd or devices",
  profiles: "use a condition of TypeScript",
  pullPolicy: "write it as 'pull'",
  pull_policy: "write it as 'pull'",
  scale: "write it as 'replicas'",
  securityOpt: "only allowNewPrivileges can be set",
  security_opt: "only allowNewPrivileges can be set",
};

export const foreignWorkloadWords: Readonly<Record<string, string>> = {
  configs: "write configs in the service that uses them",
  secrets: "write secrets in the service that uses them",
  version: "leave it out",
};
