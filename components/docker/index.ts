/** What a program imports from "drayage/docker". Needs the package `@pulumi/docker`; nobody else loads it. */
import "./needed";

export { type DockerProviderOptions, dockerProvider } from "./docker-provider";
