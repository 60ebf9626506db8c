import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { FoundCredential } from "@/api/generated";
import { State } from "@/components/state";
import { listNames } from "@/lib/list";

/** A place on this computer where credentials are: what is in it, and how its use went. */
export function FoundPlace({ found, className }: { found: FoundCredential; className?: string }) {
  const { t } = useTranslation("sources");
  const { tried } = found;
  const entries = found.entries
    .map(({ target, username }) => (username ? t("as", { target, user: username }) : target))
    .join(" · ");
  return (
    <li className={clsx("flex items-center gap-3 border-b border-line-faint py-2", className)}>
      <div className="min-w-0 flex-1">
        <div className="clip font-medium">
          {t(`places.${found.place}`)} <span className="text-small font-regular text-fg-muted">{found.detail}</span>
        </div>
        <div className="clip text-small text-fg-muted" title={entries}>
          {entries === "" ? t("noEntries") : entries}
        </div>
      </div>
      <State
        tone={tried.tried === "works" ? "healthy" : tried.tried === "refused" ? "failed" : "waiting"}
        className="max-w-[50%] text-small"
        title={tried.tried === "refused" ? tried.words : undefined}
      >
        {tried.tried === "works" ? t("tried.works", { targets: listNames(tried.targets) }) : t(`tried.${tried.tried}`)}
      </State>
    </li>
  );
}
