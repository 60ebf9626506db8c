import { useTranslation } from "react-i18next";
import type { Starter } from "@/api/generated";
import type { GlyphName } from "@/components/glyph";

/** Who or what started something, as a word and a glyph. */
export function useStarter(): (starter: Starter) => { word: string; glyph: GlyphName } {
  const { t } = useTranslation("domain");
  return (starter) => {
    if (starter.by === "person") return { word: starter.name, glyph: "person" };
    return starter.by === "you" ? { word: t("you"), glyph: "person" } : { word: t("agent"), glyph: "auto" };
  };
}
