import { useTranslation } from "react-i18next";
import type { Beat } from "@/api/generated";

const height = 16;

/** A day of tries as bars, oldest first: tall where there were many, red and full where one failed. */
export function HeartbeatBars({ beats }: { beats: readonly Beat[] }) {
  const { t } = useTranslation("sources");
  const most = Math.max(1, ...beats.map((beat) => beat.fine + beat.failed));
  const fine = beats.reduce((sum, beat) => sum + beat.fine, 0);
  const failed = beats.reduce((sum, beat) => sum + beat.failed, 0);
  if (fine + failed === 0) return <span className="text-fg-muted">{t("noBeats")}</span>;
  const label = t("beats", { count: fine + failed, failed });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${beats.length * 3} ${height}`}
      width={beats.length * 3}
      height={height}
      className="block"
    >
      <title>{label}</title>
      {beats.map((beat, index) => {
        const all = beat.fine + beat.failed;
        const tall = beat.failed > 0 ? height : all === 0 ? 1 : 4 + ((height - 6) * all) / most;
        return (
          <rect
            // Parts of a day have no name but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            x={index * 3}
            y={height - tall}
            width={2}
            height={tall}
            className={beat.failed > 0 ? "fill-failed" : all === 0 ? "fill-line-control" : "fill-fg-muted"}
          />
        );
      })}
    </svg>
  );
}
