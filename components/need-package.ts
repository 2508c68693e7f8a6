import { isMissing, type OptionalPackage, packageMissing } from "../sdk/spec/optional-package";

/** Asked before the package is loaded: Node would only name a file that it did not find. @throws PACKAGE_MISSING */
export function needPackage(name: OptionalPackage, door: string): void {
  try {
    require.resolve(`${name}/package.json`);
  } catch (error) {
    if (isMissing(name, error)) throw packageMissing(name, door, error);
    throw error;
  }
}
