import { useTranslation } from "react-i18next";
import { Keys } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { type Action, useAllActions } from "@/lib/actions";
import { listNames } from "@/lib/list";
import { screens } from "../screens";

/** Every key that does something now: the page's own, those of the window, and the ways to the screens. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation("shell");
  const actions = useAllActions().filter((action) => action.keys);
  const here = actions.filter((action) => action.scope === "page");
  const everywhere = actions.filter((action) => action.scope === "window");
  return (
    <Dialog open={open} onClose={onClose} title={t("keys.title")} className="!max-w-160">
      <div className="grid grid-cols-2 gap-x-6 px-5 pt-1 pb-4 max-[600px]:grid-cols-1">
        <div>
          <KeyGroup title={t("keys.here")} actions={here} empty={t("keys.none")} />
        </div>
        <div>
          <KeyGroup title={t("keys.everywhere")} actions={everywhere} />
          <h3 className="mt-2 text-caption leading-6 font-medium text-fg-muted">{t("keys.goTo")}</h3>
          <ul>
            {screens.map((screen) => (
              <KeyLine key={screen.id} label={t(`screen.${screen.id}`)} combos={["g", screen.chord]} />
            ))}
          </ul>
        </div>
      </div>
    </Dialog>
  );
}

function KeyGroup({ title, actions, empty }: { title: string; actions: readonly Action[]; empty?: string }) {
  return (
    <>
      <h3 className="mt-2 text-caption leading-6 font-medium text-fg-muted">{title}</h3>
      {actions.length === 0 && empty && <p className="text-small text-fg-muted">{empty}</p>}
      <ul>
        {actions.map((action) => (
          <KeyLine key={action.id} label={action.label} combos={[action.keys ?? ""]} />
        ))}
      </ul>
    </>
  );
}

function KeyLine({ label, combos }: { label: string; combos: string[] }) {
  return (
    <li className="flex h-6.25 items-center justify-between gap-2 text-small whitespace-nowrap">
      <span className="clip">{label}</span>
      <span className="inline-flex gap-1">
        {combos.map((combo) => (
          <Keys key={combo} combo={combo} />
        ))}
        <span className="sr-only">{listNames(combos)}</span>
      </span>
    </li>
  );
}
