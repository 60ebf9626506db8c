import {
  Activity,
  Box,
  GitPullRequestArrow,
  Inbox,
  KeyRound,
  Layers,
  type LucideIcon,
  SlidersHorizontal,
  Table2,
} from "lucide-react";

export type ScreenId = "inbox" | "apps" | "images" | "releases" | "clusters" | "sources" | "activity" | "settings";

/** A place in the rail. `chord` is the key after `g`. */
export interface Screen {
  id: ScreenId;
  path: `/${ScreenId}`;
  icon: LucideIcon;
  chord: string;
  /** After the gap: what is looked up, not worked through. */
  lower?: boolean;
}

/** The rail from top to bottom; `g` chords and the palette follow it. The routes are in `router.tsx`. */
export const screens: readonly Screen[] = [
  { id: "inbox", path: "/inbox", icon: Inbox, chord: "i" },
  { id: "apps", path: "/apps", icon: Table2, chord: "a" },
  { id: "images", path: "/images", icon: Layers, chord: "m" },
  { id: "releases", path: "/releases", icon: GitPullRequestArrow, chord: "r" },
  { id: "clusters", path: "/clusters", icon: Box, chord: "c" },
  { id: "sources", path: "/sources", icon: KeyRound, chord: "s" },
  { id: "activity", path: "/activity", icon: Activity, chord: "l", lower: true },
  { id: "settings", path: "/settings", icon: SlidersHorizontal, chord: ",", lower: true },
];
