import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** The way back to all sources. */
export function SourcesCrumb() {
  const { t } = useTranslation("onboarding");
  return (
    <Link to="/sources" className="rounded-chip hover:text-fg">
      {t("crumb")}
    </Link>
  );
}
