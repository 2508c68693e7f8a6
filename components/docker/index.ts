/** What a program imports from "drayage/docker". Needs the package `@pulumi/docker`; nobody else loads it. */
export {};
