import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/page";
import { AddForm } from "./add-form";
import { SourcesCrumb } from "./crumb";
import { FoundPage } from "./found-page";

/** Adding a repository: its address, and then what is in it while it is read. */
export function OnboardingPage() {
  const { t } = useTranslation("onboarding");
  const { source } = useSearch({ from: "/sources/add" });
  if (source !== undefined) return <FoundPage key={source} source={source} />;
  return (
    <Page title={t("title")} crumb={<SourcesCrumb />}>
      <AddForm />
    </Page>
  );
}
