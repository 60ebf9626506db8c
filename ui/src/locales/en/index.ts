import activity from "./activity.json";
import apps from "./apps.json";
import clusters from "./clusters.json";
import common from "./common.json";
import diagnosis from "./diagnosis.json";
import domain from "./domain.json";
import images from "./images.json";
import inbox from "./inbox.json";
import onboarding from "./onboarding.json";
import policy from "./policy.json";
import proposal from "./proposal.json";
import releases from "./releases.json";
import review from "./review.json";
import settings from "./settings.json";
import shell from "./shell.json";
import sources from "./sources.json";
import timeline from "./timeline.json";

/** One file an area. A new screen adds its file here and in `../zh-CN`; the parity test compares the two. */
export const en = {
  activity,
  apps,
  clusters,
  common,
  diagnosis,
  domain,
  images,
  inbox,
  onboarding,
  policy,
  proposal,
  releases,
  review,
  settings,
  shell,
  sources,
  timeline,
} as const;
