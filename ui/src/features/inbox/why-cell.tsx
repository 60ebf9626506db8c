import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Hold, InboxItem } from "@/api/generated";
import { useSpan } from "@/components/age";
import { versionText } from "@/domain/step";
import { useWhen } from "@/domain/when";
import { useNow } from "@/lib/clock";
import { useLanguage } from "@/lib/i18n";
import { ms, msOf } from "@/lib/moment";
import { sentence, withoutAddress } from "@/lib/sentence";
import { type Entry, waited } from "./grouping";

/** Why it waits: a countdown where time ends it, a sentence elsewhere. */
export function WhyCell({ entry }: { entry: Entry }) {
  const { item } = entry;
  const since = msOf(item.waitsSince);
  const until = msOf(item.waitsUntil);
  const words = useWhyWords()(entry);
  if (entry.wait === "cooling" && since !== undefined && until !== undefined) {
    return <Countdown since={since} until={until} />;
  }
  return (
    <span className="clip block" title={words}>
      {words}
    </span>
  );
}

function Countdown({ since, until }: { since: number; until: number }) {
  const { t } = useTranslation("inbox");
  const span = useSpan();
  const when = useWhen();
  const now = useNow("half-minute");
  const share = Math.round(waited(since, until, now) * 100);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="font-medium whitespace-nowrap">{t("left", { span: span(until - now) })}</span>
      <progress
        aria-label={t("waited", { share })}
        max={100}
        value={share}
        className="h-1 w-12 flex-none appearance-none overflow-hidden rounded-round bg-active [&::-moz-progress-bar]:bg-cooling [&::-webkit-progress-bar]:bg-active [&::-webkit-progress-value]:bg-cooling"
      />
      <span className="clip text-fg-muted @max-[760px]:hidden">
        {t("of", { span: span(until - since), time: when(until) })}
      </span>
    </span>
  );
}

/** The sentence of an item. Chinese is made from what the gates say; English has the engine's own. */
export function useWhyWords(): (entry: Entry) => string {
  const { t } = useTranslation(["inbox", "domain"]);
  const when = useWhen();
  const english = useLanguage() !== "zh-CN";
  return ({ wait, item }) => {
    const [gate] = item.gates;
    const opens = msOf(gate?.opensAt);
    if (wait === "held" && gate?.hold) return holdWords(gate.hold, t, when);
    if (wait === "window" && opens !== undefined) return t("why.window", { time: when(opens) });
    if (english && gate?.code === "failure" && gate.detail) return sentence(withoutAddress(gate.detail));
    if (english && item.words !== "") return item.words;
    if (gate?.detail)
      return t("why.detail", { gate: t(`domain:gate.${gate.code}`), detail: withoutAddress(gate.detail) });
    return ownWords(wait, item, t);
  };
}

function ownWords(wait: Entry["wait"], item: InboxItem, t: TFunction<["inbox", "domain"]>): string {
  if (wait === "ready" || wait === "approval") return t("why.chosen", { tag: versionText(item.change.to) });
  const [gate] = item.gates;
  return gate ? t(`domain:gate.${gate.code}`) : t(`hint.${wait}`);
}

function holdWords(hold: Hold, t: TFunction<["inbox", "domain"]>, when: (at: number) => string): string {
  const who = hold.isInGit || hold.by === null ? t("why.inGit") : hold.by === "you" ? t("domain:you") : hold.by;
  const head = hold.until === null ? who : t("why.until", { who, time: when(ms(hold.until)) });
  return hold.reason === "" ? head : t("why.reason", { head, reason: hold.reason });
}
