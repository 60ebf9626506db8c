import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { CommitSignature, SignatureState } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import type { GlyphName } from "@/components/glyph";
import { State, type StateTone } from "@/components/state";

const looks: Record<SignatureState, { tone: StateTone; glyph?: GlyphName }> = {
  good: { tone: "healthy" },
  unknownKey: { tone: "stale", glyph: "person" },
  notValid: { tone: "degraded" },
  bad: { tone: "failed" },
  unsigned: { tone: "waiting" },
  cannotCheck: { tone: "observe", glyph: "offline" },
};

/** Who signed a commit, by which key, and what that is worth: a glyph, words, and the key to compare. */
export function SignatureLine({ of, className }: { of: CommitSignature; className?: string }) {
  const { t } = useTranslation("domain");
  const { tone, glyph } = looks[of.state];
  return (
    <span className={clsx("flex min-w-0 flex-wrap items-center gap-x-2 text-small", className)} title={of.words}>
      <State tone={tone} glyph={glyph} className="max-w-full">
        {of.by === "" ? t(`signature.is.${of.state}`) : t(`signature.by.${of.state}`, { by: of.by })}
      </State>
      {of.key !== "" && (
        <span className="mono clip text-fg-muted" data-selectable>
          {t("signature.key", { key: of.key })}
        </span>
      )}
    </span>
  );
}

/** Asks who signed a commit and says it. Only what is shown is verified. */
export function Signature({ source, commit, className }: { source: string; commit: string; className?: string }) {
  const { t } = useTranslation("domain");
  const { data, error } = useAsk("signatures", { source, commits: [commit] });
  const [found] = data?.signatures ?? [];
  if (found) return <SignatureLine of={found} className={className} />;
  if (!error) return <span className={clsx("text-small text-fg-muted", className)}>{t("signature.asking")}</span>;
  return (
    <State tone="observe" glyph="offline" title={error.message} className={clsx("text-small", className)}>
      {t("signature.is.cannotCheck")}
    </State>
  );
}
