import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { buttonClass } from "@/components/button";
import { Empty } from "@/components/states";
import { msOf } from "@/lib/moment";

/** Nothing waits: because nothing is watched yet, or because everything was decided. The two are told apart. */
export function NoItems() {
  const { t } = useTranslation("inbox");
  const { data: shell } = useAsk("shell", {});
  if (shell?.isEmpty || shell?.sources.total === 0) {
    return (
      <Empty
        title={t("empty.start")}
        action={
          <Link to="/sources/add" className={buttonClass({ look: "primary" })}>
            {t("empty.add")}
          </Link>
        }
      >
        {t("empty.startBody")}
      </Empty>
    );
  }
  const checked = msOf(shell?.sources.checkedAt);
  return (
    <Empty
      title={t("empty.done")}
      action={
        <Link to="/images" className={buttonClass()}>
          {t("empty.images")}
        </Link>
      }
      aside={
        checked !== undefined && (
          <>
            {t("empty.checked")} <Age at={checked} />
          </>
        )
      }
    >
      {shell && t("empty.doneBody", { count: shell.counters.images })}
    </Empty>
  );
}
