import common from "./common.json";
import domain from "./domain.json";
import images from "./images.json";
import policy from "./policy.json";
import shell from "./shell.json";
import timeline from "./timeline.json";

/** One file an area. A new screen adds its file here and in `../zh-CN`; the parity test compares the two. */
export const en = { common, domain, shell, timeline, images, policy } as const;
