import { Menu } from "@base-ui/react/menu";
import { Bookmark } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SavedView } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Button, buttonClass } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { sayError } from "@/domain/error-words";
import { say } from "@/lib/toast";

interface Sort {
  id: string;
  desc: boolean;
}

/** Views of the table that a person keeps: a filter and an order with a name. */
export function ViewsMenu({
  filter,
  sort,
  onPick,
}: {
  filter: string;
  sort: Sort | undefined;
  onPick: (view: SavedView) => void;
}) {
  const { t } = useTranslation("images");
  const { data } = useAsk("savedViews", {});
  const keep = useAct("keepViews");
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const views = data?.views ?? [];
  const failed = sayError;
  const save = () => {
    const view: SavedView = {
      name: name.trim(),
      filter,
      sort: sort?.id ?? null,
      isDescending: sort?.desc ?? false,
      columns: [],
    };
    keep.mutate(
      { views: [...views.filter((one) => one.name !== view.name), view] },
      {
        onSuccess: () => {
          say(t("views.kept", { name: view.name }));
          setNaming(false);
          setName("");
        },
        onError: failed,
      },
    );
  };
  const current = views.find((view) => view.filter === filter);
  const line = "flex h-7 items-center gap-2 rounded-chip px-2 text-base data-highlighted:bg-active";
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className={buttonClass()}>
          <Bookmark size={14} className="text-fg-muted" />
          {current?.name ?? t("views.title")}
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="end" className="z-30 outline-none">
            <Menu.Popup className="min-w-56 rounded-panel border border-line bg-raised p-1 shadow-raised outline-none">
              {views.map((view) => (
                <Menu.Item key={view.name} className={line} onClick={() => onPick(view)}>
                  <span className="clip flex-1">{view.name}</span>
                  <span className="mono clip max-w-40 text-fg-muted">{view.filter}</span>
                </Menu.Item>
              ))}
              {views.length === 0 && <p className="px-2 py-1 text-small text-fg-muted">{t("views.none")}</p>}
              <Menu.Separator className="mx-2 my-1 h-px bg-line" />
              <Menu.Item className={line} disabled={filter === ""} onClick={() => setNaming(true)}>
                {t("views.keep")}
              </Menu.Item>
              {current && (
                <Menu.Item
                  className={line}
                  onClick={() => keep.mutate({ views: views.filter((view) => view !== current) }, { onError: failed })}
                >
                  {t("views.forget", { name: current.name })}
                </Menu.Item>
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Dialog open={naming} onClose={() => setNaming(false)} title={t("views.keepTitle")} className="!max-w-90">
        <form
          className="flex flex-col gap-3 p-5"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            aria-label={t("views.name")}
            placeholder={t("views.name")}
            autoFocus
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <p className="mono clip text-fg-muted">{filter}</p>
          <div className="flex justify-end gap-2">
            <Button type="submit" look="primary" disabled={name.trim() === "" || keep.isPending}>
              {t("views.save")}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
