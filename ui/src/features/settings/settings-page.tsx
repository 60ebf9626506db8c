import { useTranslation } from "react-i18next";
import type { SettingName, Settings, SettingsChange } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Page, PageScroll } from "@/components/page";
import { Segmented } from "@/components/segmented";
import { Note } from "@/components/states";
import { Switch } from "@/components/switch";
import { Answered } from "@/domain/answered";
import { ErrorText, sayError } from "@/domain/error-words";
import { setPreferences, usePreferences } from "@/lib/preferences";
import { AboutSection } from "./about-section";
import { SpanField, TextField } from "./fields";
import { PauseLine } from "./pause-line";
import { Line, Section } from "./section";

/** The settings: what is changed here is written to the file at once, with its comments kept. */
export function SettingsPage() {
  const { t } = useTranslation("settings");
  const answer = useAsk("settings", {});
  return (
    <Page title={t("title")} aside={answer.data && <span className="mono">{answer.data.file}</span>}>
      <Answered answer={answer} loading={t("loading")} failed={t("failed")}>
        {(settings) => (
          <PageScroll>
            <div className="mx-auto flex max-w-200 flex-col gap-8 px-6 py-6 max-wide:px-4">
              {settings.problem && (
                <div role="alert">
                  <Note tone="failed">
                    <ErrorText error={settings.problem} />
                  </Note>
                </div>
              )}
              <Sections settings={settings} />
              <AboutSection />
            </div>
          </PageScroll>
        )}
      </Answered>
    </Page>
  );
}

function Sections({ settings: { values, fixed } }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  const preferences = usePreferences();
  const change = useAct("changeSettings");
  const set = (next: SettingsChange) => change.mutate(next, { onError: sayError });
  const isFixed = (name: SettingName) => fixed.includes(name);
  // What is being written shows at once and goes back where it is refused.
  const now = change.isPending ? { ...values, ...change.variables } : values;
  const told = now.notifications;
  return (
    <>
      <Section title={t("look.title")}>
        <Line label={t("look.theme")} fixed={isFixed("theme")}>
          <Segmented
            label={t("look.theme")}
            value={preferences.theme}
            onChange={(theme) => {
              setPreferences({ theme });
              set({ theme });
            }}
            segments={(["system", "light", "dark"] as const).map((value) => ({
              value,
              label: t(`look.themes.${value}`),
              disabled: isFixed("theme"),
            }))}
          />
        </Line>
        <Line label={t("look.language")} fixed={isFixed("language")}>
          <Segmented
            label={t("look.language")}
            value={preferences.language}
            onChange={(language) => {
              setPreferences({ language });
              set({ language });
            }}
            segments={(["system", "en", "zh-CN"] as const).map((value) => ({
              value,
              label: t(`look.languages.${value}`),
              disabled: isFixed("language"),
            }))}
          />
        </Line>
      </Section>
      <Section title={t("window.title")}>
        <Toggle
          label={t("window.autostart")}
          hint={t("window.autostartHint")}
          checked={now.autostart}
          fixed={isFixed("autostart")}
          onChange={(autostart) => set({ autostart })}
        />
        <Toggle
          label={t("window.closeToTray")}
          hint={t("window.closeToTrayHint")}
          checked={now.closeToTray}
          fixed={isFixed("closeToTray")}
          onChange={(closeToTray) => set({ closeToTray })}
        />
      </Section>
      <Section title={t("told.title")} hint={t("told.hint")}>
        {(["ready", "released", "failed", "source"] as const).map((kind) => (
          <Toggle
            key={kind}
            label={t(`told.${kind}`)}
            checked={told[kind]}
            fixed={isFixed("notifications")}
            onChange={(on) => set({ notifications: { ...told, [kind]: on } })}
          />
        ))}
      </Section>
      <Section title={t("schedule.title")} hint={t("schedule.hint")}>
        <PauseLine />
        <SpanField
          label={t("schedule.gitInterval")}
          hint={t("schedule.gitIntervalHint")}
          seconds={values.gitInterval}
          fixed={isFixed("gitInterval")}
          onChange={(gitInterval) => set({ gitInterval })}
        />
        <SpanField
          label={t("schedule.shortestInterval")}
          hint={t("schedule.shortestIntervalHint")}
          seconds={values.shortestInterval}
          allowsNone
          fixed={isFixed("shortestInterval")}
          onChange={(shortestInterval) => set({ shortestInterval })}
        />
        <SpanField
          label={t("schedule.coolDown")}
          hint={t("schedule.coolDownHint")}
          seconds={values.coolDown}
          allowsNone
          fixed={isFixed("coolDown")}
          onChange={(coolDown) => set({ coolDown })}
        />
        <TextField
          label={t("schedule.window")}
          hint={t("schedule.windowHint")}
          value={values.window ?? ""}
          placeholder={t("schedule.anyTime")}
          fixed={isFixed("window")}
          onChange={(window) => set({ window })}
        />
      </Section>
    </>
  );
}

function Toggle({
  label,
  hint,
  checked,
  fixed,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  fixed: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <Line label={label} hint={hint} fixed={fixed}>
      <Switch label={label} checked={checked} disabled={fixed} onChange={onChange} />
    </Line>
  );
}
