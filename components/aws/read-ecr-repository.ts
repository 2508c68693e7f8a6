/** Arguments of a repository. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";
import { IMAGE_REPOSITORY } from "../../sdk/spec/image-reference";
import { Place } from "../../sdk/spec/place";
import { fields, flag, leaf, wholeNumber } from "../../sdk/spec/read";
import { kmsKeyId } from "./read-disk";
import { readTags } from "./read-network";

export interface EcrRepositorySpec {
  /** Name at ECR. */
  readonly repository: string;
  readonly untaggedDays: number | "keep";
  readonly protected: boolean;
}

export function readEcrRepository(
  name: string,
  input: unknown,
): { readonly spec: EcrRepositorySpec; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = Place.root(problems, { allowUnknown: true });
  const read = repositoryFields(input, place) ?? {};
  const { repository = name, untaggedDays = 14 } = read;
  if (read.repository === undefined && problems.every(({ path }) => path !== "repository") && !isName(name))
    place.key("repository").problem(`is missing, and '${name}' is no name for a repository: ${expectation}`);
  return { spec: { repository, untaggedDays, protected: read.protected ?? true }, problems };
}

/** What it never removes is what a stack may run or be rolled back to: everything that has a tag. */
export function lifecyclePolicy(untaggedDays: number): string {
  const selection = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: untaggedDays };
  const rule = { rulePriority: 1, description: `untagged for ${untaggedDays} days`, selection, action: { type: "expire" } };
  return JSON.stringify({ rules: [rule] });
}

const expectation = "lower case, 2 to 256 characters, such as 'team/api'";
const isName = (text: string) => IMAGE_REPOSITORY.test(text) && text.length >= 2 && text.length <= 256;
const days = wholeNumber(1, 3650);
const repositoryFields = fields(
  {
    repository: leaf(`a name in ${expectation}`, (value) => (typeof value === "string" && isName(value) ? value : undefined)),
    untaggedDays: (value, place) => (value === "keep" ? value : days(value, place)),
    kmsKeyId,
    protected: flag,
    tags: readTags,
  },
  { name: "write it as 'repository'", forceDelete: "a repository with images in it is not deleted" },
);
