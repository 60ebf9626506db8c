import { Autocomplete } from "@base-ui/react/autocomplete";
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Keys } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { useAllActions } from "@/lib/actions";
import { fuzzy } from "@/lib/fuzzy";
import { screens } from "../screens";

/** A line of the palette that is not an action: a thing to open. */
export interface PaletteThing {
  id: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
  open: () => void;
}

interface Entry {
  value: string;
  label: string;
  hint?: string;
  keys?: string;
  icon?: ReactNode;
  run: () => void;
}

type Group = { value: string; items: Entry[] };

const shownPerGroup = 8;

/** Search or run: the actions that are possible now, the screens, and the images. */
export function Palette({
  open,
  onClose,
  things,
}: {
  open: boolean;
  onClose: () => void;
  things: readonly PaletteThing[];
}) {
  const { t } = useTranslation("shell");
  return (
    <Dialog open={open} onClose={onClose} title={t("palette.title")} hideTitle placement="top">
      <PaletteList onClose={onClose} things={things} />
    </Dialog>
  );
}

function PaletteList({ onClose, things }: { onClose: () => void; things: readonly PaletteThing[] }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const actions = useAllActions();
  const [query, setQuery] = useState("");

  const groups = useMemo<Group[]>(() => {
    const all: Group[] = [
      {
        value: t("palette.actions"),
        items: actions
          .filter((action) => !action.keysOnly)
          .map(({ id, label, hint, keys, icon, run }) => ({ value: `action:${id}`, label, hint, keys, icon, run })),
      },
      {
        value: t("palette.images"),
        items: things.map(({ id, label, hint, icon, open }) => ({
          value: `thing:${id}`,
          label,
          hint,
          icon,
          run: open,
        })),
      },
      {
        value: t("palette.goTo"),
        items: screens.map((screen) => ({
          value: `screen:${screen.id}`,
          label: t(`screen.${screen.id}`),
          icon: <screen.icon size={16} strokeWidth={1.75} />,
          run: () => void navigate({ to: screen.path }),
        })),
      },
    ];
    return all
      .map(({ value, items }) => ({ value, items: best(items, query) }))
      .filter(({ items }) => items.length > 0);
  }, [actions, navigate, query, t, things]);

  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      filteredItems={groups}
      value={query}
      onValueChange={setQuery}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(entry: Entry) => entry.label}
    >
      <div className="flex h-11 items-center gap-2 border-b border-line px-4">
        <Search size={16} className="flex-none text-fg-muted" />
        <Autocomplete.Input
          aria-label={t("palette.title")}
          placeholder={t("palette.placeholder")}
          className="h-full min-w-0 flex-1 bg-transparent text-base outline-none focus-visible:outline-none"
        />
        <Keys combo="Escape" />
      </div>
      <Autocomplete.Empty>
        <p className="px-4 py-3 text-small text-fg-muted empty:hidden">{t("palette.nothing", { query })}</p>
      </Autocomplete.Empty>
      <Autocomplete.List className="max-h-[50vh] overflow-auto pb-1.5 data-empty:hidden">
        {(group: Group) => (
          <Autocomplete.Group key={group.value} items={group.items}>
            <Autocomplete.GroupLabel className="px-4 pt-2 pb-0.5 text-caption font-medium text-fg-muted">
              {group.value}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(entry: Entry) => (
                <Autocomplete.Item
                  key={entry.value}
                  value={entry}
                  onClick={() => {
                    onClose();
                    entry.run();
                  }}
                  className="flex h-8 items-center gap-2 px-4 whitespace-nowrap data-highlighted:bg-selected data-highlighted:shadow-[inset_2px_0_var(--accent)]"
                >
                  <span className="flex w-4 flex-none text-fg-muted">{entry.icon}</span>
                  <Highlighted text={entry.label} query={query} />
                  <span className="flex-1" />
                  {entry.hint && <span className="clip text-small text-fg-muted">{entry.hint}</span>}
                  {entry.keys && <Keys combo={entry.keys} />}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function best(entries: Entry[], query: string): Entry[] {
  if (query.trim() === "") return entries.slice(0, shownPerGroup);
  return entries
    .flatMap((entry) => {
      const match = fuzzy(entry.label, query);
      return match ? [{ entry, score: match.score }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, shownPerGroup)
    .map(({ entry }) => entry);
}

/** The text with the characters that answered in a heavier weight. */
function Highlighted({ text, query }: { text: string; query: string }) {
  const at = new Set(fuzzy(text, query)?.at);
  const parts: { text: string; hit: boolean; from: number }[] = [];
  [...text].forEach((character, index) => {
    const hit = at.has(index);
    const last = parts[parts.length - 1];
    if (last && last.hit === hit) last.text += character;
    else parts.push({ text: character, hit, from: index });
  });
  return (
    <span className="clip">
      {parts.map((part) =>
        part.hit ? (
          <b key={part.from} className="font-strong">
            {part.text}
          </b>
        ) : (
          <span key={part.from}>{part.text}</span>
        ),
      )}
    </span>
  );
}
