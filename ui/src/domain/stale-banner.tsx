import { useTranslation } from "react-i18next";
import { useAsk } from "@/api/hooks";
import { Age, Due } from "@/components/age";
import { Button } from "@/components/button";
import { Banner } from "@/components/states";
import { ms, msOf } from "@/lib/moment";

/** What is shown is all that is known: nothing answers. Since when, what waits, and when it is tried again. */
export function StaleBanner({ asOf, onTry }: { asOf: string; onTry: () => void }) {
  const { t } = useTranslation("domain");
  const { data: shell } = useAsk("shell", {});
  const network = shell?.network;
  const offline = network?.state === "offline" ? network : undefined;
  const next = msOf(offline ? offline.nextTryAt : null);
  return (
    <Banner
      action={
        <Button className="bg-surface" onClick={onTry}>
          {t("stale.tryNow")}
        </Button>
      }
    >
      <b className="font-strong">
        {t(offline ? "stale.offline" : "stale.old")} <Age at={ms(asOf)} />
      </b>
      {offline && offline.queued > 0 && <> · {t("stale.queued", { count: offline.queued })}</>}
      {next !== undefined && (
        <span className="text-fg-secondary">
          {" · "}
          {t("stale.next")} <Due at={next} />
        </span>
      )}
    </Banner>
  );
}
