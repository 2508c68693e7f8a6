import { leaf } from "./read";

/** An absolute path inside a container, without a slash at its end; `/` itself and `..` are no place for a mount. */
export function parseContainerPath(written: string): string | undefined {
  const parts = written.split("/").filter((part) => part !== "" && part !== ".");
  if (!written.startsWith("/") || parts.length === 0 || parts.includes("..") || written.includes("\0")) return undefined;
  return `/${parts.join("/")}`;
}

export const containerPath = leaf("an absolute path inside the container, without '..'", (value) =>
  typeof value === "string" ? parseContainerPath(value) : undefined,
);
