import common from "./common.json";
import domain from "./domain.json";
import images from "./images.json";
import policy from "./policy.json";
import shell from "./shell.json";
import timeline from "./timeline.json";

export const zhCN = { common, domain, shell, timeline, images, policy } as const;
