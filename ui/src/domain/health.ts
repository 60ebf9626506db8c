import { useTranslation } from "react-i18next";
import type { CredentialOrigin, Health } from "@/api/generated";
import type { StateTone } from "@/components/state";

const tones: Record<Health, StateTone> = {
  fine: "healthy",
  working: "progressing",
  attention: "degraded",
  broken: "failed",
  untried: "waiting",
};

/** How a remote is, as a glyph says it. */
export function toneOfHealth(health: Health): StateTone {
  return tones[health];
}

/** What a remote is asked with: `acme-bot, from the docker config`. */
export function useOriginWords(): (origin: CredentialOrigin) => string {
  const { t } = useTranslation("domain");
  return ({ place, username, detail }) => {
    const where = t(`place.${place}`);
    const more = detail === "" ? where : t("placeDetail", { where, detail });
    return username ? t("placeUser", { user: username, where: more }) : more;
  };
}
