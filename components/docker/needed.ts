import { needPackage } from "../need-package";

needPackage("@pulumi/docker", "drayage/docker");
