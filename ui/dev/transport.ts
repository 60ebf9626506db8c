import type { CommandName, Commands, WireError } from "@/api/generated";
import type { Transport } from "@/api/transport";
import { drawClusters } from "./clusters";
import { drawImages } from "./images";
import { drawInbox } from "./inbox";
import { drawPolicy } from "./policy";
import { drawProposals } from "./proposal";
import { drawReleases } from "./releases";
import { drawReview } from "./review";
import { drawSettings } from "./settings";
import { drawSources } from "./sources";

export interface Drawing {
  /** More tags than the drawn ones, for speed. */
  tags: number;
  /** More rows than the drawn ones. */
  rows: number;
  now: number;
}

type Answers = { [Name in CommandName]?: (request: Commands[Name]["request"]) => Commands[Name]["response"] };

/** A transport that answers from drawings, to look at screens and to test components. It keeps nothing and does nothing. */
export function drawnTransport(drawing: Drawing): Transport {
  const answers: Answers = {
    ...drawImages(drawing),
    ...drawPolicy(drawing),
    ...drawInbox(drawing),
    ...drawReview(drawing),
    ...drawReleases(drawing),
    ...drawSources(drawing),
    ...drawSettings(drawing),
    ...drawClusters(drawing),
    ...drawProposals(drawing),
  };
  return {
    async call(name, request) {
      const answer = answers[name as CommandName] as ((request: unknown) => unknown) | undefined;
      if (answer) return answer(request);
      const refusal: WireError = { code: "notFound", message: `${name} is not drawn`, hint: "" };
      throw refusal;
    },
    listen({ onLink }) {
      onLink(true);
      return () => {};
    },
  };
}
