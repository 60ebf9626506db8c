import type { ActivityEntry, Commands, Settings, Starter } from "@/api/generated";
import type { Drawing } from "./transport";

const hour = 3_600_000;

const settings: Settings = {
  values: {
    language: "system",
    theme: "system",
    autostart: false,
    closeToTray: true,
    notifications: { ready: true, released: true, failed: true, source: true },
    gitInterval: 100,
    shortestInterval: 10,
    coolDown: 259_200,
    window: null,
  },
  file: "~/.config/sluice/sluice.toml",
  problem: null,
  fixed: [],
};

const entries: [age: number, who: Starter, action: string, subject: string, detail: string][] = [
  [0.2, { by: "you" }, "release", "fleet", "flask-app 1.0.3 → 1.0.5, commit 8d21f04 on main"],
  [0.6, { by: "you" }, "hold", "flask-app", "1.0.4: OOMKilled on start, see #482"],
  [1.1, { by: "agent" }, "release-failed", "edge", "mailer 1.9.1: the deploy key is read-only"],
  [3, { by: "person", name: "mira" }, "mode", "shop/checkout", "observe → review"],
  [5, { by: "you" }, "writing", "fleet", ""],
  [26, { by: "you" }, "credential-added", "registry.acme.dev", "registry, acme-ro"],
  [27, { by: "you" }, "source-added", "fleet", "github.com/acme/fleet, branch main"],
];

export function drawSettings({ now }: Drawing) {
  const drawn = entries.map(
    ([age, who, action, subject, detail], index): ActivityEntry => ({
      id: 100 - index,
      at: new Date(now - age * hour).toISOString(),
      who,
      action,
      subject,
      detail,
      page: subject === "fleet" ? { page: "source", source: "fleet" } : null,
    }),
  );
  return {
    settings: (): Commands["settings"]["response"] => settings,
    changeSettings: (change: Commands["changeSettings"]["request"]): Commands["changeSettings"]["response"] => ({
      ...settings,
      values: { ...settings.values, ...change },
    }),
    about: (): Commands["about"]["response"] => ({
      version: "0.1.0",
      platform: "linux x86_64",
      settingsFile: "~/.config/sluice/sluice.toml",
      dataFolder: "~/.local/share/sluice",
      cacheFolder: "~/.cache/sluice",
      dataSize: 2_411_520,
      cacheSize: 48_210_432,
    }),
    activity: ({ text = "" }: Commands["activity"]["request"]): Commands["activity"]["response"] => ({
      entries: drawn.filter((entry) => `${entry.subject} ${entry.action} ${entry.detail}`.includes(text)),
      hasMore: false,
    }),
    pauseAll: () => ({}),
    resumeAll: () => ({}),
  };
}
