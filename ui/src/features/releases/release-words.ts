import { useTranslation } from "react-i18next";
import type { ReleaseRow, ReleaseState } from "@/api/generated";
import type { GlyphName } from "@/components/glyph";
import type { StateTone } from "@/components/state";
import { versionText } from "@/domain/step";

const tones: Record<ReleaseState, StateTone> = {
  queued: "cooling",
  pushing: "progressing",
  pushed: "healthy",
  stuck: "failed",
  failed: "blocked",
  superseded: "observe",
};

/** How a release is: a rollback has its own shape. */
export function toneOf(row: ReleaseRow): { tone: StateTone; glyph?: GlyphName } {
  return row.undoes !== null && row.state === "pushed"
    ? { tone: "healthy", glyph: "rolledBack" }
    : { tone: tones[row.state] };
}

/** What a release is called: its one policy, or how many there were. */
export function useReleaseTitle(): (row: ReleaseRow) => string {
  const { t } = useTranslation("releases");
  return ({ changes }) => {
    const [only] = changes;
    return changes.length === 1 && only ? only.title : t("several", { count: changes.length });
  };
}

/** `1.0.3` and `1.0.5`, where a release moved one version. */
export function moveOf({ changes }: ReleaseRow): { from: string; to: string } | undefined {
  const [only] = changes;
  if (changes.length !== 1 || !only?.version) return undefined;
  return { from: only.version.from ? versionText(only.version.from) : "", to: versionText(only.version.to) };
}
