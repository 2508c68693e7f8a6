/** What a program imports from "drayage/aws". Needs the package `@pulumi/aws`; nobody else loads it. */
export {};
