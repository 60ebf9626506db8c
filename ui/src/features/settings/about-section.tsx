import { useTranslation } from "react-i18next";
import { useAsk } from "@/api/hooks";
import { CopyButton } from "@/components/copy-button";
import { Mark } from "@/components/glyph";
import { Pending } from "@/components/states";
import { useLanguage } from "@/lib/i18n";
import { bytes } from "@/lib/size";
import { Line, Section } from "./section";

/** Where things are kept, and which Sluice this is. */
export function AboutSection() {
  const { t } = useTranslation("settings");
  const language = useLanguage();
  const { data } = useAsk("about", {});
  const folders = [
    { label: t("about.settingsFile"), hint: t("about.settingsHint"), path: data?.settingsFile, size: undefined },
    { label: t("about.data"), hint: t("about.dataHint"), path: data?.dataFolder, size: data?.dataSize },
    { label: t("about.cache"), hint: t("about.cacheHint"), path: data?.cacheFolder, size: data?.cacheSize },
  ];
  return (
    <Section title={t("about.title")}>
      <Line label={t("about.version")}>
        {data ? (
          <>
            <Mark size={14} className="text-accent" />
            <span className="mono" data-selectable>
              {data.version}
            </span>
            <span className="text-small text-fg-muted">{data.platform}</span>
          </>
        ) : (
          <Pending width={120} />
        )}
      </Line>
      {folders.map(({ label, hint, path, size }) => (
        <Line key={label} label={label} hint={hint}>
          {path === undefined ? (
            <Pending width={160} />
          ) : (
            <>
              {size !== undefined && <span className="text-small text-fg-muted">{bytes(size, language)}</span>}
              <span className="mono clip max-w-90 text-fg-secondary" title={path} data-selectable>
                {path}
              </span>
              <CopyButton text={path} label={t("about.copy", { what: label })} />
            </>
          )}
        </Line>
      ))}
    </Section>
  );
}
