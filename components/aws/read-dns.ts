/** A name in Route 53. Pure. */
import type { Place } from "../../sdk/spec/place";
import { fields, matching, requireKeys, wholeNumber } from "../../sdk/spec/read";

const dns = fields({
  zoneId: matching("a hosted zone's id such as 'Z0123…'", /^(\/hostedzone\/)?[A-Z0-9]{1,32}$/),
  name: matching(
    "a name such as 'cloud.example.com'",
    /^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,}\.?$/,
  ),
  ttl: wholeNumber(0, 2_147_483_647),
});

export const readDns: typeof dns = (value: unknown, place: Place) => {
  requireKeys(value, ["zoneId", "name"], place);
  return dns(value, place);
};
