/** What the checks across services look at. */

import type { NetworkSpec } from "./network";
import type { NormalisedService } from "./normalise-service";
import type { Place } from "./place";
import type { VolumeSpec } from "./volume";

export interface WorkloadParts {
  readonly place: Place;
  readonly services: ReadonlyMap<string, NormalisedService>;
  readonly volumes: Readonly<Record<string, VolumeSpec>>;
  readonly networks: Readonly<Record<string, NetworkSpec>>;
  readonly subnets: string;
}

export type Check = (parts: WorkloadParts) => void;
