import { FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FilePlace, PolicyPage } from "@/api/generated";
import { Frame } from "@/components/frame";
import { StateGlyph } from "@/components/state";
import { YamlLine } from "@/components/yaml-line";
import { RemedyLink } from "@/domain/remedy";

/** The marked places, the markers that do nothing, and what is wrong around the policy, each with its file and line. */
export function WhereUsed({ page }: { page: PolicyPage }) {
  const { t } = useTranslation("policy");
  return (
    <Frame title={t("used.title")} aside={t("used.count", { count: page.used.length })}>
      {page.used.length === 0 && <p className="px-4 py-3 text-small text-fg-secondary">{t("used.none")}</p>}
      <ul>
        {page.used.map((use) => (
          <li
            key={placeText(use.place)}
            className="border-b border-line-faint px-4 pt-2 pb-2.5 text-small last:border-b-0"
          >
            <div className="flex min-w-0 items-center gap-2">
              <FileText size={15} strokeWidth={1.5} className="flex-none text-fg-muted" />
              <Place place={use.place} />
              <span className="flex-1" />
              <span className="clip text-fg-muted">{use.object}</span>
            </div>
            <YamlLine text={use.line.trim()} />
          </li>
        ))}
        {page.ignored.map((marker) => (
          <li
            key={placeText(marker.place)}
            className="border-b border-line-faint px-4 pt-2 pb-2.5 text-small last:border-b-0"
          >
            <div className="flex min-w-0 items-center gap-2">
              <StateGlyph tone="degraded" />
              <Place place={marker.place} />
            </div>
            <p className="mt-0.5 pl-6 text-fg-secondary">
              {marker.message}. {marker.hint}
            </p>
          </li>
        ))}
        {page.diagnoses.map((diagnosis) => (
          <li key={diagnosis.id} className="border-b border-line-faint px-4 pt-2 pb-2.5 text-small last:border-b-0">
            <div className="flex min-w-0 items-center gap-2">
              <StateGlyph tone={diagnosis.severity === "error" ? "failed" : "degraded"} />
              {diagnosis.place ? (
                <Place place={diagnosis.place} />
              ) : (
                <span className="clip font-medium">{diagnosis.title}</span>
              )}
              <span className="flex-1" />
              {diagnosis.remedy && <RemedyLink remedy={diagnosis.remedy} />}
            </div>
            <p className="mt-0.5 pl-6 wrap-anywhere text-fg-secondary">{diagnosis.message}</p>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

export function placeText(place: FilePlace): string {
  return `${place.path}:${place.line}`;
}

function Place({ place }: { place: FilePlace }) {
  return (
    <span className="mono clip" title={placeText(place)} data-selectable>
      {place.path}
      <span className="text-fg-muted">:{place.line}</span>
    </span>
  );
}
