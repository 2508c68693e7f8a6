import { needPackage } from "../need-package";

needPackage("@pulumi/aws", "drayage/aws");
