/** What one file of `resources/` has to say about its type. */
import type { PlainRecord } from "../../../../sdk/provider/plain";
import type { Cloud } from "./cloud";
import type { InputRules } from "./input-rules";

export interface ResourceKind {
  readonly inputs: InputRules;
  /** It belongs to the account and not to a region: it has no output `region`. */
  readonly global?: true;
  /** The input property that gets a name made up when the program gives none, as the real package does. */
  readonly autoName?: string;
  /** Checks beside the unmapped properties, and defaults of the schema. */
  readonly defaults?: PlainRecord;
  /** Yields the id as soon as there is one; `settle` then waits until it is ready for use. */
  create(cloud: Cloud, inputs: PlainRecord): Promise<string>;
  /** After create (`fresh`) and update. A failure here leaves the resource in the state, as one to be gone on with. */
  settle?(cloud: Cloud, id: string, inputs: PlainRecord, fresh: boolean): Promise<void>;
  /** The outputs, from Describe calls; undefined: there is no such thing. `inputs`: of which of two forms the program used. */
  read(cloud: Cloud, id: string, inputs: PlainRecord): Promise<PlainRecord | undefined>;
  update?(cloud: Cloud, id: string, change: Change): Promise<void>;
  delete(cloud: Cloud, id: string, olds: PlainRecord): Promise<void>;
  /** Whether a change that is an update by the rules is a replacement, by what else the program says. */
  replaces?(news: PlainRecord, path: string): boolean;
  /** The old one goes before the new one comes. */
  readonly deleteBeforeReplace?: boolean;
}

export interface Change {
  readonly news: PlainRecord;
  readonly olds: PlainRecord;
  /** Whether the property, or one inside it, is to be changed: `has("tags")`, `has("rootBlockDevice.volumeSize")`. */
  has(path: string): boolean;
}
