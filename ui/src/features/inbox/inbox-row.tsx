import clsx from "clsx";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Age } from "@/components/age";
import { Checkbox } from "@/components/checkbox";
import { StateGlyph } from "@/components/state";
import { PlaceText } from "@/domain/place-text";
import { VersionMove } from "@/domain/version-move";
import { msOf } from "@/lib/moment";
import type { Entry } from "./grouping";
import { NextAct } from "./next-act";
import { WhyCell } from "./why-cell";

export interface RowProps {
  domId: string;
  entry: Entry;
  showsWait: boolean;
  isCurrent: boolean;
  isPicked: boolean;
  isOpen: boolean;
  onPick: (id: string, extend: boolean) => void;
  onShow: (id: string) => void;
}

/** One version that waits. In a narrow list its place and then its age leave: why it waits stays. */
export const InboxRow = memo(function InboxRow(props: RowProps) {
  const { entry, isCurrent, isPicked, isOpen } = props;
  const { t } = useTranslation("inbox");
  const { item } = entry;
  const seen = msOf(item.firstSeen);
  const [place] = item.places;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys for all of its rows
    <div
      id={props.domId}
      role="row"
      tabIndex={-1}
      aria-selected={isPicked}
      onClick={(event) => (event.shiftKey ? props.onPick(entry.id, true) : props.onShow(entry.id))}
      className={clsx(
        "relative flex h-row items-center gap-3 border-b border-line-faint px-6 text-small outline-none max-wide:px-4",
        "[contain-intrinsic-size:auto_36px] [content-visibility:auto]",
        isPicked ? "bg-selected" : isOpen ? "bg-hover" : "hover:bg-hover",
        isCurrent && "shadow-[inset_2px_0_var(--accent)]",
        isCurrent &&
          "group-focus-visible/grid:shadow-[inset_2px_0_var(--focus),inset_0_1px_var(--focus),inset_0_-1px_var(--focus)]",
      )}
    >
      <div role="gridcell" className="flex w-4 flex-none items-center">
        <Checkbox
          label={t("select", { name: item.policy.name })}
          tabIndex={-1}
          checked={isPicked}
          onChange={() => props.onPick(entry.id, false)}
        />
      </div>
      <div role="gridcell" className="flex w-33 flex-none items-center gap-1.5">
        {props.showsWait && <StateGlyph tone={entry.wait === "stuck" ? "failed" : entry.wait} size={14} />}
        <span className="clip text-base font-medium" title={`${item.policy.namespace}/${item.policy.name}`}>
          {item.policy.name}
        </span>
      </div>
      <div role="gridcell" className="w-52 flex-none overflow-hidden @min-[800px]:w-68">
        <VersionMove move={item.change} />
      </div>
      <div role="gridcell" className="w-14 flex-none text-fg-muted @max-[860px]:hidden" title={t("ageTitle")}>
        {seen !== undefined && <Age at={seen} bare />}
      </div>
      <div role="gridcell" className="flex w-64 flex-none items-baseline gap-1 @max-[1100px]:hidden">
        {place && <PlaceText place={place} />}
        {item.places.length > 1 && <span className="text-fg-muted">+{item.places.length - 1}</span>}
      </div>
      <div role="gridcell" className="min-w-0 flex-1 overflow-hidden text-fg-secondary">
        <WhyCell entry={entry} />
      </div>
      <div role="gridcell" className="flex flex-none justify-end">
        <NextAct entry={entry} />
      </div>
    </div>
  );
});
